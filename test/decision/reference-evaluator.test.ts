/** The oracle itself, held to the sentences of the design: a table of cases worked out by hand. */
import { describe, expect, test } from '@jest/globals';
import { globMatches } from '../policy/glob-oracle.ts';
import type { Claims, GrantDoc, IssuerDoc, MatcherDoc, PolicyDoc, RuleDoc, WhenDoc } from './arbitraries.ts';
import { referenceDecide } from './reference-evaluator.ts';

const NOW = 1_767_225_600; // 2026-01-01T00:00:00Z
const ENVIRONMENT = 'org:A/prj:p/env:e';

const issuers: Record<string, IssuerDoc> = {
  gitpod: { url: 'https://g', subject: 'gitpod', audiences: ['x', 'y'] },
  both: { url: 'https://b', subject: ['gitpod', 'gitpod-v3'], audiences: ['x'] },
  opaque: { url: 'https://o', audiences: ['x'], clockSkew: '0s' },
};

type RuleParts = Partial<Omit<RuleDoc, 'when'>> & { when?: Partial<WhenDoc> };
const rule = ({ when, ...parts }: RuleParts = {}): RuleDoc => ({
  id: 'r',
  effect: 'allow',
  ...parts,
  when: { issuer: ['gitpod', 'both', 'opaque'], ...when },
});
const policyOf = (...rules: RuleParts[]): PolicyDoc => ({ version: 1, issuers, rules: rules.map(rule) });
const decide = (rules: RuleParts[], claims: Claims = {}, request: object = {}, issuer = 'https://g') => {
  const token = { issuer, claims: { sub: ENVIRONMENT, aud: 'x', exp: NOW + 600, ...claims } };
  return referenceDecide(policyOf(...rules), token, { now: NOW, ...request });
};

describe('before any rule', () => {
  const anyone = [{}];
  // prettier-ignore
  test.each<[string, object, object, string, string]>([
    ['takes a plain request', {}, {}, 'https://g', 'rule_matched'],
    ['refuses an unknown key of a request', {}, { Action: 'read' }, 'https://g', 'request_malformed'],
    ['refuses an empty action', {}, { action: '' }, 'https://g', 'request_malformed'],
    ['refuses an empty audience', {}, { audience: '' }, 'https://g', 'request_malformed'],
    ['refuses an action that is no string', {}, { action: ['read'] }, 'https://g', 'request_malformed'],
    ['refuses a resource without an action', {}, { resource: 'a' }, 'https://g', 'request_malformed'],
    ['refuses a clock that is not finite', {}, { now: Infinity }, 'https://g', 'request_malformed'],
    ['asks for the shape of a request before its issuer', {}, { action: '' }, 'https://?', 'request_malformed'],
    ['refuses a resource with a leading slash', {}, { action: 'read', resource: '/a' }, 'https://g', 'resource_not_canonical'],
    ['refuses a resource with an empty segment', {}, { action: 'read', resource: 'a//b' }, 'https://g', 'resource_not_canonical'],
    ['refuses a resource with a trailing slash', {}, { action: 'read', resource: 'a/' }, 'https://g', 'resource_not_canonical'],
    ['refuses a resource that climbs', {}, { action: 'read', resource: 'a/../b' }, 'https://g', 'resource_not_canonical'],
    ['refuses a resource with a control character', {}, { action: 'read', resource: 'a\u0085' }, 'https://g', 'resource_not_canonical'],
    ['refuses a resource with a lone surrogate', {}, { action: 'read', resource: 'a\ud800' }, 'https://g', 'resource_not_canonical'],
    ['refuses a bad resource before an unknown issuer', {}, { action: 'read', resource: '.' }, 'https://?', 'resource_not_canonical'],
    ['takes dots inside a segment', {}, { action: 'read', resource: 'a/...' }, 'https://g', 'no_grant_for_request'],
    ['refuses an unknown issuer', {}, {}, 'https://G', 'issuer_unknown'],
    ['refuses a token without `exp`', { exp: undefined }, {}, 'https://g', 'token_expired'],
    ['refuses an `exp` that is no number', { exp: `${NOW + 9}` }, {}, 'https://g', 'token_expired'],
    ['refuses an `exp` that is not finite', { exp: Infinity }, {}, 'https://g', 'token_expired'],
    ['takes a token within the skew', { exp: NOW - 29 }, {}, 'https://g', 'rule_matched'],
    ['refuses a token at the end of the skew', { exp: NOW - 30 }, {}, 'https://g', 'token_expired'],
    ['refuses a token at `exp` where there is no skew', { exp: NOW }, {}, 'https://o', 'token_expired'],
    ['refuses a missing `aud`', { aud: undefined }, {}, 'https://g', 'claim_malformed'],
    ['refuses an `aud` with a number', { aud: ['x', 1] }, {}, 'https://g', 'claim_malformed'],
    ['refuses an `aud` that repeats itself', { aud: ['x', 'x'] }, {}, 'https://g', 'claim_malformed'],
    ['refuses 65 audiences', { aud: Array.from({ length: 65 }, (_, i) => (i === 0 ? 'x' : `${i}`)) }, {}, 'https://g', 'claim_malformed'],
    ['takes 64 audiences', { aud: Array.from({ length: 64 }, (_, i) => (i === 0 ? 'x' : `${i}`)) }, {}, 'https://g', 'rule_matched'],
    ['refuses an empty `aud` as for nobody', { aud: [] }, {}, 'https://g', 'audience_mismatch'],
    ['refuses an audience the issuer is not accepted with', { aud: 'z' }, {}, 'https://g', 'audience_mismatch'],
    ['refuses an audience other than the asked', { aud: ['x', 'y'] }, { audience: 'z' }, 'https://g', 'audience_mismatch'],
    ['refuses where the asked is not in the token', { aud: 'x' }, { audience: 'y' }, 'https://g', 'audience_mismatch'],
    ['refuses a wrong audience before a wrong subject', { aud: 'z', sub: 5 }, {}, 'https://g', 'audience_mismatch'],
  ])('%s', (_, claims, request, issuer, code) => {
    expect(decide(anyone, { ...claims }, request, issuer).code).toBe(code);
  });
});

describe('a subject', () => {
  const v3 = { sub: 'v3:anything', organization_id: 'A' };
  // prettier-ignore
  test.each<[string, string, object, string]>([
    ['of a user', 'https://g', { sub: 'org:A/user:u' }, 'org:A/user:u'],
    ['of a runner', 'https://g', { sub: 'org:A/rnr:r' }, 'org:A/rnr:r'],
    ['of an environment without project', 'https://g', { sub: 'org:A/env:e' }, 'org:A/env:e'],
    ['of an environment of a project', 'https://g', {}, ENVIRONMENT],
    ['with an id of 128', 'https://g', { sub: `org:A/env:${'e'.repeat(128)}` }, `org:A/env:${'e'.repeat(128)}`],
    ['with an id of 129', 'https://g', { sub: `org:A/env:${'e'.repeat(129)}` }, 'subject_malformed'],
    ['that is only an org', 'https://g', { sub: 'org:A' }, 'subject_malformed'],
    ['that ends in a project', 'https://g', { sub: 'org:A/prj:p' }, 'subject_malformed'],
    ['in another order', 'https://g', { sub: 'org:A/env:e/prj:p' }, 'subject_malformed'],
    ['of a user in a project', 'https://g', { sub: 'org:A/prj:p/user:u' }, 'subject_malformed'],
    ['with an empty id', 'https://g', { sub: 'org:A/env:' }, 'subject_malformed'],
    ['with an empty segment', 'https://g', { sub: 'org:A//env:e' }, 'subject_malformed'],
    ['with `..` as id', 'https://g', { sub: 'org:../env:e' }, 'subject_malformed'],
    ['with `%`', 'https://g', { sub: 'org:A/env:e%20' }, 'subject_malformed'],
    ['with a line break at its end', 'https://g', { sub: `${ENVIRONMENT}\n` }, 'subject_malformed'],
    ['with a kind in capitals', 'https://g', { sub: 'ORG:A/env:e' }, 'subject_malformed'],
    ['that is the name of a method', 'https://g', { sub: 'constructor:A' }, 'subject_malformed'],
    ['of a service account in the older scheme', 'https://g', { sub: 'org:A/sa:s' }, 'subject_malformed'],
    ['in a list', 'https://g', { sub: [ENVIRONMENT] }, 'subject_malformed'],
    ['with its own org beside it', 'https://g', { org: 'A' }, ENVIRONMENT],
    ['with another org beside it', 'https://g', { org: 'a' }, 'subject_inconsistent'],
    ['with an org that is no string', 'https://g', { org: ['A'] }, 'subject_inconsistent'],
    ['with an org that swallows the project', 'https://g', { org: 'A/prj:p' }, 'subject_inconsistent'],
    ['in claims: a user', 'https://b', { ...v3, user_id: 'u' }, 'org:A/user:u'],
    ['in claims: a service account', 'https://b', { ...v3, service_account_id: 's' }, 'org:A/sa:s'],
    ['in claims: a runner', 'https://b', { ...v3, runner_id: 'r' }, 'org:A/rnr:r'],
    ['in claims: an environment and its runner', 'https://b', { ...v3, environment_id: 'e', runner_id: 'r' }, 'org:A/env:e'],
    ['in claims: an environment of a project', 'https://b', { ...v3, environment_id: 'e', project_id: 'p' }, ENVIRONMENT],
    ['in claims: nobody', 'https://b', v3, 'subject_malformed'],
    ['in claims: two at once', 'https://b', { ...v3, user_id: 'u', service_account_id: 's' }, 'subject_malformed'],
    ['in claims: an id that is no string', 'https://b', { ...v3, user_id: 5 }, 'subject_malformed'],
    ['in claims: an org with a slash', 'https://b', { ...v3, organization_id: 'A/prj:p', environment_id: 'e' }, 'subject_malformed'],
    ['in claims: no org', 'https://b', { sub: 'v3', user_id: 'u' }, 'subject_malformed'],
    ['said twice the same', 'https://b', { organization_id: 'A', project_id: 'p', environment_id: 'e' }, ENVIRONMENT],
    ['said twice and differently', 'https://b', { organization_id: 'A', environment_id: 'e' }, 'subject_inconsistent'],
    ['of any form, opaque', 'https://o', { sub: 'org:A//é' }, 'org:A//é'],
    ['of no form, opaque', 'https://o', { sub: 5 }, 'subject_malformed'],
  ])('%s', (_, issuer, claims, expected) => {
    const { principalPath, code } = decide([{}], { ...claims }, {}, issuer);
    expect(principalPath ?? code).toBe(expected);
  });
});

describe('a condition on the subject', () => {
  // prettier-ignore
  test.each<[string, NonNullable<WhenDoc['subject']>, string, boolean]>([
    ['a prefix covers what is below it', 'org:A', ENVIRONMENT, true],
    ['a prefix covers itself', ENVIRONMENT, ENVIRONMENT, true],
    ['a prefix ends with a segment', 'org:A', 'org:Ab/env:e', false],
    ['a project is not a look-alike', 'org:A/prj:p', 'org:A/prj:pp/env:e', false],
    ['a bare environment is not that of a project', 'org:A/env:e', ENVIRONMENT, false],
    ['case counts', 'org:a', ENVIRONMENT, false],
    ['`equals` is no prefix', { equals: 'org:A/prj:p' }, ENVIRONMENT, false],
    ['`equals` is the path', { equals: ENVIRONMENT }, ENVIRONMENT, true],
    ['a glob is the whole path', { glob: 'org:A/prj:*' }, ENVIRONMENT, false],
    ['a glob has a star per segment', { glob: 'org:*/prj:*/env:*' }, ENVIRONMENT, true],
    ['a glob may end in all below', { glob: 'org:A/**' }, ENVIRONMENT, true],
    ['a list means any of', ['org:B', { equals: ENVIRONMENT }], ENVIRONMENT, true],
  ])('%s', (_, subject, sub, holds) => {
    expect(decide([{ when: { subject } }], { sub }).code).toBe(holds ? 'rule_matched' : 'no_rule_for_subject');
  });

  test('of an opaque issuer is the whole of it', () => {
    expect(decide([{ when: { subject: 'org:A' } }], { sub: 'org:A' }, {}, 'https://o').effect).toBe('allow');
    expect(decide([{ when: { subject: 'org:A' } }], { sub: 'org:A/env:e' }, {}, 'https://o').effect).toBe('deny');
  });
});

describe('a condition on a claim', () => {
  // prettier-ignore
  test.each<[string, MatcherDoc, unknown, boolean, boolean]>([
    // name, matcher, claim, holds in an allow, holds in a deny
    ['a scalar is equal', 'a', 'a', true, true],
    ['a scalar has a type', 1, '1', false, false],
    ['a boolean is no string', true, 'true', false, false],
    ['a scalar is not in an array', 'a', ['a'], false, false],
    ['a list means one of', ['a', 1], 1, true, true],
    ['a list means no other', ['a', 1], 2, false, false],
    ['a big number is unknown', 2 ** 53 - 1, 2 ** 53, false, false],
    ['a glob is for strings', { glob: '*@x.io' }, 'a@x.io', true, true],
    ['a glob is the whole value', { glob: '*@x.io' }, 'a@x.io.evil', false, false],
    ['a glob is not for arrays', { glob: '*' }, ['a'], false, false],
    ['a glob has no control characters', { glob: '*' }, 'a\nb', false, false],
    ['a glob may hold empty segments', { glob: 'https://*' }, 'https://x', true, true],
    ['contains finds', { contains: 'a' }, ['b', 'a'], true, true],
    ['contains is for arrays', { contains: 'a' }, 'a', false, false],
    ['contains wants all', { contains: ['a', 'b'] }, ['a'], false, false],
    ['contains compares types', { contains: 1 }, ['1', true], false, false],
    ['containsAny wants one', { containsAny: ['a', 'b'] }, ['c', 'b'], true, true],
    ['present is there', { present: true }, false, true, true],
    ['present is not null', { present: true }, null, false, false],
    ['present judges a big number', { present: true }, 2 ** 60, true, true],
    ['not present is null', { present: false }, null, true, true],
    ['not present is absent', { present: false }, undefined, true, true],
    ['not is another', { not: 'a' }, 'b', true, true],
    ['not is not the same', { not: 'a' }, 'a', false, false],
    ['not of what is absent opens nothing', { not: 'a' }, undefined, false, true],
    ['not of null opens nothing', { not: 'a' }, null, false, true],
    ['not of another type opens nothing', { not: 'a' }, 5, false, true],
    ['not of an array opens nothing', { not: 'a' }, ['b'], false, true],
    ['not of a big number opens nothing', { not: 1 }, 2 ** 53, false, true],
    ['not of a list judges each of its types', { not: ['a', 1] }, 2, true, true],
    ['not of a list judges no other type', { not: ['a', 1] }, true, false, true],
    ['not of a glob is for strings', { not: { glob: '*' } }, 5, false, true],
    ['not of contains is for arrays', { not: { contains: 'a' } }, 'b', false, true],
    ['not of contains lacks it', { not: { contains: 'a' } }, ['b'], true, true],
  ])('%s', (_, matcher, claim, inAllow, inDeny) => {
    const claims = claim === undefined ? {} : { c: claim };
    const when = { claims: { c: matcher } };
    expect(decide([{ when }], claims).code).toBe(inAllow ? 'rule_matched' : 'condition_not_met');
    expect(decide([{ id: 'a' }, { effect: 'deny', when }], claims).effect).toBe(inDeny ? 'deny' : 'allow');
  });

  // prettier-ignore
  test.each<[string, unknown]>([
    ['/c', 'v'], ['c', 'v'], ['/d/0/e', 'v'], ['/d/length', undefined], ['/d/00', undefined], ['/d/-', undefined],
    ['/c/length', undefined], ['/c/0', undefined], ['/x~1y', 'v'], ['/m~0n', 'v'], ['/constructor', undefined],
    ['constructor', undefined], ['/d/toString', undefined], ['x/y', 'v'],
  ])('is found at %s', (key, expected) => {
    const claims = { c: 'v', d: [{ e: 'v' }], 'x/y': 'v', 'm~n': 'v' };
    const { effect } = decide([{ when: { claims: { [key]: { present: expected !== undefined } } } }], claims);
    expect(effect).toBe('allow');
  });
});

describe('a grant', () => {
  const grants: GrantDoc[] = [
    { actions: ['read', 'li*'], resources: ['s/*', 's/${subject.project}/**'] },
    { actions: ['ping'] },
  ];
  const deny = { id: 'd', effect: 'deny' } as const;
  // prettier-ignore
  test.each<[string, RuleParts[], object, string]>([
    ['covers its action on its resource', [{ grants }], { action: 'read', resource: 's/a' }, 'rule_matched'],
    ['covers a glob of actions', [{ grants }], { action: 'list', resource: 's/a' }, 'rule_matched'],
    ['covers what a template says', [{ grants }], { action: 'read', resource: 's/p/b' }, 'rule_matched'],
    ['covers no other resource', [{ grants }], { action: 'read', resource: 't/a' }, 'no_grant_for_request'],
    ['covers at least one segment by `**` at the end', [{ grants: [{ actions: ['read'], resources: ['s/**'] }] }], { action: 'read', resource: 's' }, 'no_grant_for_request'],
    ['with resources is only for resources', [{ grants }], { action: 'read' }, 'no_grant_for_request'],
    ['without resources is for none', [{ grants }], { action: 'ping' }, 'rule_matched'],
    ['without resources is not for any', [{ grants }], { action: 'ping', resource: 'a' }, 'no_grant_for_request'],
    ['is needed for an action', [{}], { action: 'read' }, 'no_grant_for_request'],
    ['is not needed for plain access', [{}], {}, 'rule_matched'],
    ['denied does not take plain access away', [{}, { ...deny, grants: [{ actions: ['*'] }] }], {}, 'rule_matched'],
    ['denied without resources takes a resource', [{ grants }, { ...deny, grants: [{ actions: ['read'] }] }], { action: 'read', resource: 's/a' }, 'denied_by_rule'],
    ['denied without resources takes no resource', [{ grants }, { ...deny, grants: [{ actions: ['ping'] }] }], { action: 'ping' }, 'denied_by_rule'],
    ['denied takes only what it covers', [{ grants }, { ...deny, grants: [{ actions: ['read'], resources: ['s/b'] }] }], { action: 'read', resource: 's/a' }, 'rule_matched'],
    ['denied that cannot be filled takes all resources', [{ grants }, { ...deny, grants: [{ actions: ['read'], resources: ['${subject.user}'] }] }], { action: 'read', resource: 's/a' }, 'denied_by_rule'],
    ['denied on resources takes no plain action', [{ grants }, { ...deny, grants: [{ actions: ['ping'], resources: ['**'] }] }], { action: 'ping' }, 'rule_matched'],
    ['is taken by a deny without grants', [{ grants }, deny], { action: 'ping' }, 'denied_by_rule'],
    ['is not missed where a deny stands', [deny], {}, 'denied_by_rule'],
  ])('%s', (_, rules, request, code) => {
    expect(decide(rules, {}, request).code).toBe(code);
  });

  test('is reported filled in, of all applying allows, for plain access', () => {
    expect(decide([{ grants }, { id: 'other' }]).grants).toEqual([
      { actions: ['read', 'li*'], resources: ['s/*', 's/p/**'], rule: 'r' },
      { actions: ['ping'], rule: 'r' },
    ]);
  });

  test('is reported alone where a request names its action', () => {
    expect(decide([{ grants }], {}, { action: 'ping' }).grants).toEqual([{ actions: ['ping'], rule: 'r' }]);
  });

  test('loses the resources that cannot be filled, then itself', () => {
    const user: GrantDoc[] = [
      { actions: ['read'], resources: ['${subject.user}', 'a'] },
      { actions: ['x'], resources: ['${subject.user}'] },
    ];
    expect(decide([{ grants: user }]).grants).toEqual([{ actions: ['read'], resources: ['a'], rule: 'r' }]);
    expect(decide([{ ...deny, grants: user }]).denied).toEqual([
      { actions: ['read'], resources: ['**'], rule: 'd' },
      { actions: ['x'], resources: ['**'], rule: 'd' },
    ]);
  });

  // prettier-ignore
  test.each<[unknown, string | undefined]>([
    ['v', 's/v'], ['a*b', 's/a${*}b'], ['**', 's/${*}${*}'], ['..', undefined], ['.', undefined], ['', undefined],
    ['a/b', undefined], ['a\u0000', undefined], [5, undefined], [null, undefined], [['v'], undefined], ['...', 's/...'],
  ])('is filled with the claim %j as %j', (value, expected) => {
    const { grants: [grant] } = decide([{ grants: [{ actions: ['read'], resources: ['s/${claims.c}'] }] }], { c: value }); // prettier-ignore
    expect(grant?.resources?.[0]).toBe(expected);
  });

  test('takes a star of a value literally', () => {
    const stars = [{ grants: [{ actions: ['read'], resources: ['s/${claims.c}'] }] }];
    expect(decide(stars, { c: 'a*' }, { action: 'read', resource: 's/ab' }).effect).toBe('deny');
    expect(decide(stars, { c: 'a*' }, { action: 'read', resource: 's/a*' }).effect).toBe('allow');
  });
});

describe('the stage reached', () => {
  // prettier-ignore
  test.each<[string, RuleParts[], string]>([
    ['without rules', [], 'no_rule_for_issuer'],
    ['for another issuer', [{ when: { issuer: 'opaque' } }], 'no_rule_for_issuer'],
    ['for another audience', [{ when: { audience: 'y' } }], 'no_rule_for_audience'],
    ['for another subject', [{ when: { subject: 'org:B' } }], 'no_rule_for_subject'],
    ['for another kind', [{ when: { kind: ['user', 'runner'] } }], 'condition_not_met'],
    ['for another time', [{ valid: { until: '2026-01-01T00:00:00Z' } }], 'condition_not_met'],
    ['is the deepest', [{ when: { subject: 'org:B' } }, { id: 'o', when: { issuer: 'opaque' } }], 'no_rule_for_subject'],
    ['is not that of a deny', [{ effect: 'deny', when: { kind: 'user' } }], 'no_rule_for_issuer'],
    ['is not that of an audit rule', [{ mode: 'audit' }], 'no_rule_for_issuer'],
    ['is an allow at the first instant', [{ valid: { from: '2026-01-01T01:00:00+01:00' } }], 'rule_matched'],
  ])('%s', (_, rules, code) => {
    expect(decide(rules).code).toBe(code);
  });
});

describe('what would be enforced', () => {
  // prettier-ignore
  test.each<[string, RuleParts[], object | undefined]>([
    ['is left out without audit rules', [{}], undefined],
    ['is left out where nothing differs', [{}, { id: 'a', mode: 'audit' }], undefined],
    ['is an allow', [{ mode: 'audit' }], { effect: 'allow', grants: [], denied: [] }],
    ['is a deny', [{}, { id: 'd', effect: 'deny', mode: 'audit' }], { effect: 'deny', grants: [], denied: [] }],
    ['differs in what is denied', [{}, { id: 'd', effect: 'deny', mode: 'audit', grants: [{ actions: ['x'] }] }], { effect: 'allow', grants: [], denied: [{ actions: ['x'], rule: 'd' }] }],
  ])('%s', (_, rules, enforced) => {
    expect(decide(rules).enforced).toEqual(enforced);
  });
});

describe('a decision expires', () => {
  // prettier-ignore
  test.each<[string, RuleParts[], object, number]>([
    ['with the token', [{}], {}, 600],
    ['with the smallest ttl', [{ ttl: '5m' }, { id: 'o', ttl: '1m' }], {}, 60],
    ['not with the ttl of a rule that gave nothing', [{ ttl: '1m' }, { id: 'o', grants: [{ actions: ['x'] }] }], { action: 'x' }, 600],
    ['when a rule ends', [{ valid: { until: '2026-01-01T00:00:10Z' } }], {}, 10],
    ['when another begins', [{}, { id: 'd', effect: 'deny', valid: { from: '2026-01-01T00:00:10Z' } }], {}, 10],
    ['not when one begins that would not match', [{}, { id: 'd', effect: 'deny', when: { kind: 'user' }, valid: { from: '2026-01-01T00:00:10Z' } }], {}, 600],
    ['not when an audit rule begins', [{}, { id: 'd', mode: 'audit', valid: { from: '2026-01-01T00:00:10Z' } }], {}, 600],
    ['not at a boundary passed', [{ valid: { from: '2025-12-31T23:59:50Z' } }], {}, 600],
    ['at once where it is a deny', [], {}, 0],
  ])('%s', (_, rules, request, after) => {
    expect(decide(rules, {}, request).expiresAt).toBe(NOW + after);
  });

  test('never before now, where the token lives on by the skew', () => {
    expect(decide([{}], { exp: NOW - 10 }).expiresAt).toBe(NOW);
  });
});

// prettier-ignore
test.each<[string, string, boolean]>([
  ['*', 'a', true], ['*', '', false], ['*', 'a/b', false], ['***', '', false], ['a*', 'a', true], ['a**b', 'a/b', false],
  ['a**b', 'axb', true], ['**', 'a/b', true], ['**', '', false], ['**', 'a//b', false], ['**/a', 'a', true],
  ['**/a', 'x/y/a', true], ['a/**', 'a', false], ['a/**', 'a/', false], ['a/**/b', 'a/b', true], ['a/**/b', 'a//b', false],
  ['https://*', 'https://x', true], ['https:/**', 'https://x', false], ['?', 'a', false], ['[ab]', 'a', false], ['!a', 'b', false],
  ['a', 'a\n', false], ['*', 'a\u0085', false], ['*', '\u2028', true], ['*/', 'a/', true], ['A', 'a', false], ['**/**', 'a', true],
  ['**/*', 'a', true], ['a*b*c', 'abbc', true], ['a*b*c', 'acb', false],
])('the glob %j on %j: %j', (pattern, value, matches) => {
  expect(globMatches(pattern, value)).toBe(matches);
});

/** Why a decision is what it is: the leading code, and what the reasons say. */
import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import type { Decision } from '../../src/decision/decision.ts';
import { permits } from '../../src/decision/permits.ts';
import {
  CountersignError,
  reason,
  type ReasonCode,
  reasonCodes,
  type ReasonData,
  statusOf,
} from '../../src/decision/reason.ts';
import { parsePolicy } from '../../src/policy/parse.ts';

const NOW = 1_767_225_600;
const GITPOD = 'https://app.gitpod.io';
const OPAQUE = 'https://token.example';
const issuers = {
  gitpod: { url: GITPOD, subject: 'gitpod', audiences: ['api', 'web'] },
  opaque: { url: OPAQUE, audiences: ['api'] },
};
const claims = {
  iss: GITPOD,
  aud: 'api',
  exp: NOW + 600,
  sub: 'org:A/prj:P/env:E',
  org: 'A',
  email: 'ada@example.com',
};

type Rule = Record<string, unknown>;
const allow = (id: string, when: object, rest: Rule = {}): Rule => ({
  id,
  effect: 'allow',
  when: { issuer: 'gitpod', ...when },
  ...rest,
});
const deny = (id: string, when: object, rest: Rule = {}): Rule => ({ ...allow(id, when, rest), effect: 'deny' });

function ask(
  rules: readonly Rule[],
  more: Record<string, unknown> = {},
  request: object = {},
  issuer = GITPOD,
): Decision {
  const { policy, diagnostics } = parsePolicy([
    { file: 'p.json', text: JSON.stringify({ version: 1, issuers, rules }, null, 1) },
  ]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return decide(compilePolicy(policy), { issuer, claims: { ...claims, ...more } }, { now: NOW, ...request });
}

const codes = ({ reasons }: Decision): readonly string[] =>
  reasons.map(({ code, rule }) => (rule === undefined ? code : `${code} ${rule}`));

describe('a request that cannot be understood', () => {
  const rows: readonly (readonly [request: object, code: string, path: string | undefined])[] = [
    [{ resource: 'a/b' }, 'request_malformed', 'resource'],
    [{ action: '' }, 'request_malformed', 'action'],
    [{ action: 5 }, 'request_malformed', 'action'],
    [{ action: 'read', resource: '' }, 'request_malformed', 'resource'],
    [{ audience: '' }, 'request_malformed', 'audience'],
    [{ audience: ['api'] }, 'request_malformed', 'audience'],
    [{ acton: 'read' }, 'request_malformed', 'acton'],
    [{ now: Number.NaN }, 'request_malformed', 'now'],
    [{ now: null }, 'request_malformed', 'now'],
    ...['/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a/.', 'a\u0000b', 'a\nb', 'a/\u0085', 'a\ud800'].map(
      (resource) => [{ action: 'read', resource }, 'resource_not_canonical', undefined] as const,
    ),
  ];
  test.each(rows)('%j is denied as %s', (request, code, path) => {
    const decision = ask([allow('all', {}, { grants: [{ actions: ['*'], resources: ['**'] }] })], {}, request);
    expect(decision).toMatchObject({ effect: 'deny', grants: [], denied: [] });
    expect(decision.principal).toBeUndefined();
    expect([decision.reasons[0].code, decision.reasons[0].path]).toEqual([code, path]);
  });
});

describe('a token that does not get as far as the rules', () => {
  const rows: readonly (readonly [name: string, claims: Record<string, unknown>, code: string])[] = [
    ['without exp', { exp: undefined }, 'token_expired'],
    ['with a string as exp', { exp: String(NOW + 600) }, 'token_expired'],
    ['with an infinite exp', { exp: Infinity }, 'token_expired'],
    ['past exp and skew', { exp: NOW - 30 }, 'token_expired'],
    ['without aud', { aud: undefined }, 'claim_malformed'],
    ['with a number in aud', { aud: ['api', 1] }, 'claim_malformed'],
    ['with one audience twice', { aud: ['api', 'api'] }, 'claim_malformed'],
    [
      'with 65 audiences',
      { aud: Array.from({ length: 65 }, (_, i) => (i === 0 ? 'api' : `a${String(i)}`)) },
      'claim_malformed',
    ],
    ['for another audience', { aud: 'API' }, 'audience_mismatch'],
    ['for no audience', { aud: [] }, 'audience_mismatch'],
    ['for nobody in particular', { sub: 'org:A' }, 'subject_malformed'],
    ['of two minds', { org: 'B' }, 'subject_inconsistent'],
  ];
  test.each(rows)('%s is denied', (_, more, code) => {
    const decision = ask([allow('all', {})], more);
    expect([decision.effect, ...codes(decision)]).toEqual(['deny', code]);
    expect(decision.principal).toBeUndefined();
  });

  test('of an issuer that no policy names is denied, also by names that every object has', () => {
    for (const issuer of ['https://evil.example', `${GITPOD}/`, 'constructor', '__proto__', '']) {
      expect(codes(ask([allow('all', {})], {}, {}, issuer))).toEqual(['issuer_unknown']);
    }
  });

  test('is honoured until `exp` and the skew are over', () => {
    expect(ask([allow('all', {})], { exp: NOW - 29.5 })).toMatchObject({ effect: 'allow', expiresAt: NOW });
  });
});

describe('what no rule allows is denied with the deepest stage it reached', () => {
  const kindOnly = allow('users', { subject: 'org:A', kind: 'user' });
  const rows: readonly (readonly [
    name: string,
    rules: readonly Rule[],
    request: object,
    expected: readonly string[],
  ])[] = [
    ['no rules', [], {}, ['no_rule_for_issuer']],
    ['a rule for another issuer', [{ ...allow('r', {}), when: { issuer: 'opaque' } }], {}, ['no_rule_for_issuer']],
    ['only a deny that does not match', [deny('d', { subject: 'org:B' })], {}, ['no_rule_for_issuer']],
    ['only an audit rule', [allow('a', {}, { mode: 'audit' })], {}, ['no_rule_for_issuer', 'audit_rule_matched a']],
    ['a rule for another audience', [allow('r', { audience: 'web' })], {}, ['no_rule_for_audience']],
    ['a rule for another subject', [allow('r', { subject: 'org:B' })], {}, ['no_rule_for_subject']],
    [
      'another subject here, another audience there',
      [allow('r', { subject: 'org:B' }), allow('s', { audience: 'web' })],
      {},
      ['no_rule_for_subject'],
    ],
    ['another kind', [kindOnly], {}, ['condition_not_met users']],
    ['a claim that differs', [allow('r', { claims: { email: 'x' } })], {}, ['condition_not_met r']],
    ['not yet in force', [allow('r', {}, { valid: { from: '2027-01-01T00:00:00Z' } })], {}, ['condition_not_met r']],
    [
      'not in force any more',
      [allow('r', {}, { valid: { until: '2026-01-01T00:00:00Z' } })],
      {},
      ['condition_not_met r'],
    ],
    [
      'every rule whose condition failed, by id',
      [allow('b', { kind: 'user' }), kindOnly, allow('a', { kind: 'user' })],
      {},
      ['condition_not_met a', 'condition_not_met b', 'condition_not_met users'],
    ],
    ['no grant', [allow('r', {})], { action: 'read' }, ['no_grant_for_request r']],
    [
      'a grant for another action',
      [allow('r', {}, { grants: [{ actions: ['write'] }] })],
      { action: 'read' },
      ['no_grant_for_request r'],
    ],
    [
      'a grant for other resources',
      [allow('r', {}, { grants: [{ actions: ['*'], resources: ['a/*'] }] })],
      { action: 'read', resource: 'a/b/c' },
      ['no_grant_for_request r'],
    ],
    [
      'a grant without resources, asked for one',
      [allow('r', {}, { grants: [{ actions: ['*'] }] })],
      { action: 'read', resource: 'a' },
      ['no_grant_for_request r'],
    ],
    [
      'a grant with resources, asked for none',
      [allow('r', {}, { grants: [{ actions: ['*'], resources: ['**'] }] })],
      { action: 'read' },
      ['no_grant_for_request r'],
    ],
    ['denied', [allow('a', {}), deny('d', {})], {}, ['denied_by_rule d', 'rule_matched a']],
    ['denied by two rules', [deny('y', {}), deny('x', {})], {}, ['denied_by_rule x', 'denied_by_rule y']],
    ['denied though nothing allows it', [deny('d', {})], { action: 'read' }, ['denied_by_rule d']],
  ];
  test.each(rows)('%s', (_, rules, request, expected) => {
    const decision = ask(rules, {}, request);
    expect(decision.effect).toBe('deny');
    expect(codes(decision)).toEqual(expected);
    expect(decision.expiresAt).toBe(NOW);
    expect(decision.grants).toEqual([]);
  });

  test('names at most ten rules of a crowd, the first by id, however they are found', () => {
    const rules = Array.from({ length: 40 }, (_, i) =>
      allow(`r${String(i).padStart(2, '0')}`, { claims: { email: `user${String(i)}@example.com` } }),
    );
    const decision = ask(rules);
    expect(codes(decision)).toEqual(Array.from({ length: 10 }, (_, i) => `condition_not_met r0${String(i)}`));
    expect(codes(ask(rules, { email: 'user17@example.com' }))).toEqual(['rule_matched r17']);
  });

  test('says what was expected, what the token has, and where the rule stands', () => {
    const [first] = ask([allow('r', { subject: 'org:A', claims: { '/team/0': 'red' } })], { team: ['blue'] }).reasons;
    expect(first).toEqual({
      code: 'condition_not_met',
      rule: 'r',
      at: { file: 'p.json', line: 21, column: 10 },
      path: 'claims./team/0',
      expected: 'red',
      actual: 'blue',
      message: '`r`: the condition `claims./team/0` does not hold: expected `red`, the token has `blue`',
    });
  });
});

describe('an allow', () => {
  test('names every rule that allows, by id, and gives their grants', () => {
    const rules = [
      allow('b', {}, { grants: [{ actions: ['list'] }] }),
      allow('a', {}),
      allow('c', { subject: 'org:B' }),
    ];
    const decision = ask(rules);
    expect(codes(decision)).toEqual(['rule_matched a', 'rule_matched b']);
    expect(decision.grants).toEqual([{ actions: ['list'], rule: 'b' }]);
    expect(decision.principal).toEqual({
      kind: 'environment',
      path: 'org:A/prj:P/env:E',
      segments: [
        { kind: 'org', id: 'A' },
        { kind: 'prj', id: 'P' },
        { kind: 'env', id: 'E' },
      ],
    });
  });

  test('gives, of a request for an action, the grants that cover it, and lists what is denied', () => {
    const rules = [
      allow(
        'a',
        {},
        {
          grants: [
            { actions: ['read'], resources: ['s/**'] },
            { actions: ['write'], resources: ['t'] },
          ],
        },
      ),
      deny('d', {}, { grants: [{ actions: ['*'], resources: ['s/root'] }] }),
    ];
    const decision = ask(rules, {}, { action: 'read', resource: 's/x' });
    expect(codes(decision)).toEqual(['rule_matched a']);
    expect(decision.grants).toEqual([{ actions: ['read'], resources: ['s/**'], rule: 'a' }]);
    expect(decision.denied).toEqual([{ actions: ['*'], resources: ['s/root'], rule: 'd' }]);
    expect(codes(ask(rules, {}, { action: 'read', resource: 's/root' }))).toEqual([
      'denied_by_rule d',
      'rule_matched a',
    ]);
    expect(permits(decision, { action: 'read', resource: 's/y/z' }, NOW)).toBe(true);
    expect(permits(decision, { action: 'read', resource: 's/root' }, NOW)).toBe(false);
    expect(permits(decision, { action: 'write', resource: 't' }, NOW)).toBe(false);
    expect(permits(decision, { action: 'read', resource: 's/../t' }, NOW)).toBe(false);
    expect(permits(decision, { action: 'read', resource: 's/x' }, decision.expiresAt)).toBe(false);
  });

  test.each<readonly [name: string, rules: readonly Rule[], expiresAt: number]>([
    ['with the token', [allow('a', {})], NOW + 600],
    ['with the shortest ttl', [allow('a', {}, { ttl: '5m' }), allow('b', {}, { ttl: '2m' })], NOW + 120],
    ['never after the token', [allow('a', {}, { ttl: '1h' })], NOW + 600],
    ['when its rule goes out of force', [allow('a', {}, { valid: { until: '2026-01-01T00:01:00Z' } })], NOW + 60],
    [
      'when a deny comes into force',
      [allow('a', {}), deny('d', {}, { valid: { from: '2026-01-01T00:02:00Z' } })],
      NOW + 120,
    ],
    [
      'not with a deny of somebody else',
      [allow('a', {}), deny('d', { kind: 'user' }, { valid: { from: '2026-01-01T00:02:00Z' } })],
      NOW + 600,
    ],
    [
      'not with a rule in audit mode',
      [allow('a', {}), deny('d', {}, { mode: 'audit', valid: { from: '2026-01-01T00:02:00Z' } })],
      NOW + 600,
    ],
  ])('expires %s', (_, rules, expiresAt) => {
    expect(ask(rules)).toMatchObject({ effect: 'allow', expiresAt });
  });

  test('says what rules in audit mode would change', () => {
    const decision = ask([allow('a', {}), deny('d', {}, { mode: 'audit' })]);
    expect(decision.effect).toBe('allow');
    expect(codes(decision)).toEqual(['rule_matched a', 'audit_rule_matched d']);
    expect(decision.enforced).toEqual({ effect: 'deny', grants: [], denied: [] });
    expect(ask([allow('a', {}), allow('b', {}, { mode: 'audit' })]).enforced).toBeUndefined();
  });
});

describe('templates', () => {
  const folder = { grants: [{ actions: ['read'], resources: ['p/${subject.project}/${claims.team}/**'] }] };
  test.each<readonly [team: unknown, resource: string, allowed: boolean]>([
    ['red', 'p/P/red/x', true],
    ['red', 'p/P/blue/x', false],
    ['*', 'p/P/*/x', true],
    ['*', 'p/P/red/x', false],
    ['**', 'p/P/a/b/x', false],
    ['a/b', 'p/P/a/b/x', false],
    ['..', 'p/P/x', false],
    ['', 'p/P/x', false],
    [null, 'p/P/null/x', false],
    [undefined, 'p/P/undefined/x', false],
    [['red'], 'p/P/red/x', false],
    [5, 'p/P/5/x', false],
    ['a\nb', 'p/P/a/x', false],
  ])('a team claim of %j opens %s: %s', (team, resource, allowed) => {
    expect(ask([allow('r', {}, folder)], { team }, { action: 'read', resource }).effect).toBe(
      allowed ? 'allow' : 'deny',
    );
  });

  test('write a star that came from a token so that it stays a star', () => {
    const decision = ask([allow('r', {}, folder)], { team: 'a*' });
    expect(decision.grants).toEqual([{ actions: ['read'], resources: ['p/P/a${*}/**'], rule: 'r' }]);
    const sent = JSON.parse(JSON.stringify(decision)) as Decision;
    expect(permits(sent, { action: 'read', resource: 'p/P/a*/x' }, NOW)).toBe(true);
    expect(permits(sent, { action: 'read', resource: 'p/P/ab/x' }, NOW)).toBe(false);
  });

  test('that cannot be filled in make a deny hold everywhere', () => {
    const rules = [allow('a', {}, { grants: [{ actions: ['*'], resources: ['**'] }] }), deny('d', {}, folder)];
    expect(codes(ask(rules, {}, { action: 'read', resource: 'elsewhere' }))).toEqual([
      'denied_by_rule d',
      'rule_matched a',
    ]);
    expect(ask(rules, { team: 'red' }, { action: 'read', resource: 'elsewhere' }).effect).toBe('allow');
    expect(ask(rules, {}, { action: 'write', resource: 'elsewhere' }).effect).toBe('allow');
  });
});

describe('a sentence', () => {
  test('never breaks its line, hides anything, or grows without bound', () => {
    const hostile = `a\nb\u0000\u200b\u202e\`${'x'.repeat(5000)}`;
    for (const code of reasonCodes) {
      const { message } = reason(code, { actual: hostile, expected: hostile, path: 'p', rule: 'r' });
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(message.length).toBeLessThan(1000);
    }
  });

  test('is there for every code, whatever it is given', () => {
    for (const code of reasonCodes) {
      for (const data of [{}, { path: 'signature' }, { actual: 1, expected: 2, path: 'p', rule: 'r' }]) {
        expect(reason(code, data).message).toMatch(/^\S.{12,}$/);
      }
    }
  });

  test.each<[code: ReasonCode, data: ReasonData, said: readonly string[]]>([
    ['token_too_large', { expected: 9 }, ['the token is', '`9` bytes']],
    ['token_too_large', { expected: 9, path: 'header' }, ['the header is', '`9` bytes']],
    ['token_too_complex', { expected: 9 }, ['more structure', 'the `9` allowed']],
    ['token_too_complex', { expected: 9, path: 'claims' }, ['more claims', 'the `9` allowed']],
    ['token_malformed', {}, ['not a JWT']],
    ['token_malformed', { path: 'signature' }, ['no signature']],
    ['duplicate_member', { actual: 'a' }, ['`a`']],
    ['ambiguous_claim', { actual: 'a', expected: 'e' }, ['`a`', '`e`']],
    ['algorithm_not_allowed', {}, ['names no algorithm']],
    ['algorithm_not_allowed', { actual: 'a' }, ['algorithm `a`']],
    ['header_not_allowed', { actual: 'a' }, ['`a`']],
    ['type_not_allowed', { actual: 'a' }, ['`a`']],
    ['issuer_unknown', { actual: 'a' }, ['`a`']],
    ['key_unknown', {}, ['no key', 'without a key id']],
    ['key_unknown', { actual: 'a' }, ['no key with id `a`']],
    ['key_ambiguous', {}, ['more than one key', 'without a key id']],
    ['key_ambiguous', { actual: 'a' }, ['more than one key with id `a`']],
    ['key_unfit', {}, ['names no key']],
    ['key_unfit', { actual: 'a' }, ['id `a`']],
    ['token_expired', { actual: 1, expected: 2 }, ['`1`', '`2`']],
    ['token_not_yet_valid', { actual: 1, expected: 2 }, ['`1`', '`2`']],
    ['token_issued_in_future', { actual: 1, expected: 2 }, ['`1`', '`2`']],
    ['token_too_old', { actual: 1, expected: 2 }, ['`1`', '`2`']],
    ['token_lifetime_too_long', { actual: 1, expected: 2 }, ['`1`', '`2`']],
    ['claim_missing', { path: 'p' }, ['`p`']],
    ['claim_malformed', { path: 'p' }, ['`p`']],
    ['audience_mismatch', { actual: 'a', expected: 'e' }, ['for `a`', '`e`']],
    ['subject_malformed', { expected: 'e' }, ['`e`']],
    ['request_malformed', { expected: 'a text' }, ['malformed: a text']],
    ['request_malformed', { expected: 'a text', path: 'p' }, ['malformed at `p`: a text']],
    ['resource_not_canonical', { actual: 'a' }, ['`a`']],
    ['no_rule_for_issuer', { actual: 'a' }, ['`a`']],
    ['no_rule_for_audience', { actual: 'a' }, ['`a`']],
    ['no_rule_for_subject', { actual: 'a' }, ['`a`']],
    ['condition_not_met', { path: 'p', actual: 'a', expected: 'e' }, ['`p`', '`a`', '`e`']],
    ['no_grant_for_request', {}, ['covers nothing without a resource']],
    ['no_grant_for_request', { actual: { action: 'a' } }, ['covers `a` without a resource']],
    ['no_grant_for_request', { actual: { action: 'a', resource: 'r' } }, ['covers `a` on `r`']],
    ['denied_by_rule', {}, ['the rule denies']],
    ['denied_by_rule', { rule: 'r' }, ['`r`: the rule denies']],
    ['rule_matched', { rule: 'r' }, ['`r`: the rule allows']],
    ['audit_rule_matched', { rule: 'r' }, ['`r`: the rule matches']],
  ])('of %s says what %j holds', (code, data, said) => {
    const { message } = reason(code, data);
    for (const part of said) expect(message).toContain(part);
    if (data.rule === undefined) expect(message).toMatch(/^(?:the|no|a|tokens) /);
  });

  test.each<[code: ReasonCode, status: number]>([
    ['rule_matched', 200],
    ['request_malformed', 400],
    ['signature_invalid', 401],
    ['denied_by_rule', 403],
  ])('of %s goes with status %d', (code, status) => {
    expect(statusOf(code)).toBe(status);
  });

  test('is there for every code, with a status', () => {
    expect(reasonCodes.map((code) => [code, statusOf(code)])).toMatchSnapshot();
  });
});

describe('an error', () => {
  test('has its name and code, and neither cause nor diagnostics of its own', () => {
    const error = new CountersignError('ERR_ENGINE_CLOSED', 'closed');
    expect(String(error)).toBe('CountersignError: closed');
    expect(error).toMatchObject({ code: 'ERR_ENGINE_CLOSED', diagnostics: [] });
    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });

  test('keeps what caused it, and what is wrong', () => {
    const cause = new Error('why');
    const error = new CountersignError('ERR_POLICY_INVALID', 'invalid', { cause, diagnostics: [1] });
    expect(error.cause).toBe(cause);
    expect(error.diagnostics).toEqual([1]);
  });
});

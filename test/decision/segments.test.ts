/** Prefixes hold by whole segments: each shape of rule against a principal it covers, and against what looks like it. */
import { describe, expect, test } from '@jest/globals';
import { compilePolicy, type CompiledPolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import { parsePolicy } from '../../src/policy/parse.ts';

const ORG = '0191e223-1c3c-7607-badf-303c98b52d2f';
const PRJ = '019527e4-75d5-704d-a5a4-a2b52cf56198';
const ENV = '019527e4-75d5-704d-a5a4-a2b52cf56196';
const NOW = 1_740_514_300;
const ISSUER = 'https://app.gitpod.io';

/** A rule's prefix, a `sub` it covers, and one it does not though all that is named is the same. */
const shapes: readonly (readonly [prefix: string, covered: string, beside: string])[] = [
  [`org:${ORG}`, `org:${ORG}/user:u1`, `org:other/user:u1`],
  [`org:${ORG}`, `org:${ORG}/prj:${PRJ}/env:${ENV}`, `org:other/prj:${PRJ}/env:${ENV}`],
  [`org:${ORG}/prj:${PRJ}`, `org:${ORG}/prj:${PRJ}/env:${ENV}`, `org:${ORG}/env:${ENV}`],
  [`org:${ORG}/prj:${PRJ}/env:${ENV}`, `org:${ORG}/prj:${PRJ}/env:${ENV}`, `org:${ORG}/env:${ENV}`],
  [`org:${ORG}/env:${ENV}`, `org:${ORG}/env:${ENV}`, `org:${ORG}/prj:${PRJ}/env:${ENV}`],
  [`org:${ORG}/user:u1`, `org:${ORG}/user:u1`, `org:${ORG}/rnr:u1`],
  [`org:${ORG}/rnr:r1`, `org:${ORG}/rnr:r1`, `org:${ORG}/user:r1`],
];

const last = (sub: string): string => sub.slice(sub.lastIndexOf(':') + 1);
const reversed = (sub: string): string => sub.split('/').reverse().join('/');
const withOrg = (sub: string, id: string): string => sub.replace(ORG, id);

/**
 * What looks like the subject and is not, with the code it is denied with. `outside`: a principal, but another than
 * the prefix names; the rules that end above the change still cover it.
 */
const mutations: readonly (readonly [
  name: string,
  mutate: (sub: string) => string,
  outcome: 'malformed' | 'outside',
])[] = [
  ['an organisation id longer by a character', (sub) => withOrg(sub, `${ORG}x`), 'outside'],
  ['an organisation id shorter by a character', (sub) => withOrg(sub, ORG.slice(0, -1)), 'outside'],
  ['an organisation whose id extends this one', (sub) => withOrg(sub, `${ORG}-evil`), 'outside'],
  ['an organisation id in capitals', (sub) => withOrg(sub, ORG.toUpperCase()), 'outside'],
  ['keys in capitals', (sub) => sub.replace('org:', 'ORG:'), 'malformed'],
  ['an empty segment', (sub) => sub.replace('/', '//'), 'malformed'],
  ['a leading slash', (sub) => `/${sub}`, 'malformed'],
  ['a trailing slash', (sub) => `${sub}/`, 'malformed'],
  ['an extra segment', (sub) => `${sub}/env:extra`, 'malformed'],
  ['an extra segment in front', (sub) => `org:evil/${sub}`, 'malformed'],
  ['only its first segment', (sub) => sub.split('/')[0] ?? '', 'malformed'],
  ['its segments in another order', reversed, 'malformed'],
  ['an encoded slash', (sub) => sub.replace('/', '%2F'), 'malformed'],
  ['an encoded character', (sub) => sub.replace(ORG, ORG.replace('0', '%30')), 'malformed'],
  ['a newline at the end', (sub) => `${sub}\n`, 'malformed'],
  ['a NUL at the end', (sub) => `${sub}\u0000`, 'malformed'],
  ['a NUL behind the organisation', (sub) => sub.replace('/', '\u0000/'), 'malformed'],
  ['a space in front', (sub) => ` ${sub}`, 'malformed'],
  ['a full-width colon', (sub) => sub.replace(':', '：'), 'malformed'],
  ['a full-width slash', (sub) => sub.replace('/', '／'), 'malformed'],
  ['a zero-width space', (sub) => sub.replace('/', '\u200b/'), 'malformed'],
  ['a composed letter (NFC)', (sub) => `${sub}é`, 'malformed'],
  ['a decomposed letter (NFD)', (sub) => `${sub}e\u0301`, 'malformed'],
  ['a backslash for a slash', (sub) => sub.replace('/', '\\'), 'malformed'],
  ['a dot segment as id', (sub) => sub.replace(last(sub), '..'), 'malformed'],
  ['an empty id', (sub) => sub.replace(last(sub), ''), 'malformed'],
  ['a wildcard for an id', (sub) => sub.replace(last(sub), '*'), 'malformed'],
  ['a wildcard organisation', (sub) => withOrg(sub, '*'), 'malformed'],
  ['the organisation twice', (sub) => `org:${ORG}/${sub}`, 'malformed'],
  ['an id of 129 characters', (sub) => sub.replace(last(sub), 'a'.repeat(129)), 'malformed'],
  ['the subject of a newer token', () => `organization_id:${ORG}:project_id:${PRJ}:environment_id:${ENV}`, 'malformed'],
];

function policyFor(subject: unknown, scheme: unknown = 'gitpod'): CompiledPolicy {
  const document = {
    version: 1,
    issuers: { gitpod: { url: ISSUER, subject: scheme, audiences: ['api'] } },
    rules: [{ id: 'r', effect: 'allow', when: { issuer: 'gitpod', subject } }],
  };
  const { policy, diagnostics } = parsePolicy([{ file: 'p.json', text: JSON.stringify(document) }]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return compilePolicy(policy);
}

function outcome(policy: CompiledPolicy, claims: Record<string, unknown>): readonly string[] {
  const decision = decide(policy, { issuer: ISSUER, claims: { aud: 'api', exp: NOW + 60, ...claims } }, { now: NOW });
  return [decision.effect, decision.reasons[0].code];
}

const ALLOWED = ['allow', 'rule_matched'];
const UNCOVERED = ['deny', 'no_rule_for_subject'];
const MALFORMED = ['deny', 'subject_malformed'];

describe.each(shapes)('a rule for %s', (prefix, covered, beside) => {
  const policy = policyFor(prefix);

  test('covers what lies below it', () => {
    expect(outcome(policy, { sub: covered })).toEqual(ALLOWED);
  });

  test('does not cover what lies beside it', () => {
    expect(outcome(policy, { sub: beside })).toEqual(UNCOVERED);
  });

  test.each(mutations)('denies a subject with %s', (_, mutate, expected) => {
    const sub = mutate(covered);
    expect(sub).not.toBe(covered);
    expect(outcome(policy, { sub })).toEqual(expected === 'malformed' ? MALFORMED : UNCOVERED);
  });

  test('denies a last id that is longer or shorter by a character, unless only what is above it is named', () => {
    const below = prefix !== covered;
    const id = last(covered);
    for (const other of [`${id}x`, id.slice(0, -1), id.toUpperCase()].filter((one) => one !== id && one !== '')) {
      const sub = covered.slice(0, -id.length) + other;
      expect(outcome(policy, { sub })).toEqual(below ? ALLOWED : UNCOVERED);
    }
  });

  test.each([undefined, null, 1, true, [covered], { 0: covered }])('denies %p as subject', (sub) => {
    expect(outcome(policy, { sub })).toEqual(MALFORMED);
  });

  test('denies a token whose `org` claim is another', () => {
    expect(outcome(policy, { sub: covered, org: ORG })).toEqual(ALLOWED);
    for (const org of ['other', `${ORG}x`, ORG.toUpperCase(), null, 1, [ORG], '']) {
      expect(outcome(policy, { sub: covered, org })).toEqual(['deny', 'subject_inconsistent']);
    }
  });
});

describe('the other forms of a subject', () => {
  const environment = `org:${ORG}/prj:${PRJ}/env:${ENV}`;
  const rows: readonly (readonly [subject: unknown, sub: string, allowed: boolean])[] = [
    [{ equals: environment }, environment, true],
    [{ equals: `org:${ORG}/env:${ENV}` }, environment, false],
    [{ glob: `org:${ORG}/prj:*/env:*` }, environment, true],
    [{ glob: `org:${ORG}/prj:*/env:*` }, `org:${ORG}/env:${ENV}`, false],
    [{ glob: `org:${ORG}/*` }, `org:${ORG}/user:u`, true],
    [{ glob: `org:${ORG}/*` }, environment, false],
    [{ glob: `org:${ORG}/**` }, environment, true],
    [{ glob: `org:${ORG}/**` }, `org:${ORG}x/user:u`, false],
    [{ glob: 'org:*/user:admin-*' }, `org:${ORG}/user:admin-1`, true],
    [{ glob: 'org:*/user:admin-*' }, `org:${ORG}/user:1-admin-`, false],
    [[`org:x`, { equals: environment }], environment, true],
    [[`org:x`, { equals: environment }], `org:${ORG}/user:u`, false],
  ];
  test.each(rows)('%j on %s: %s', (subject, sub, allowed) => {
    expect(outcome(policyFor(subject), { sub })).toEqual(allowed ? ALLOWED : UNCOVERED);
  });
});

describe('newer tokens, whose principal is in claims', () => {
  const environment = { organization_id: ORG, project_id: PRJ, environment_id: ENV };
  const rows: readonly (readonly [
    name: string,
    prefix: string,
    claims: Record<string, unknown>,
    expected: readonly string[],
  ])[] = [
    ['an environment of a project', `org:${ORG}/prj:${PRJ}`, environment, ALLOWED],
    ['an environment of a project, by its whole path', `org:${ORG}/prj:${PRJ}/env:${ENV}`, environment, ALLOWED],
    ['an environment of a project as one without', `org:${ORG}/env:${ENV}`, environment, UNCOVERED],
    [
      'an environment without a project',
      `org:${ORG}/env:${ENV}`,
      { organization_id: ORG, environment_id: ENV },
      ALLOWED,
    ],
    [
      'an environment with its runner and creator',
      `org:${ORG}/prj:${PRJ}`,
      { ...environment, runner_id: 'r1', creator_email: 'a@b' },
      ALLOWED,
    ],
    ['a user', `org:${ORG}/user:u1`, { organization_id: ORG, user_id: 'u1' }, ALLOWED],
    ['a runner', `org:${ORG}/rnr:r1`, { organization_id: ORG, runner_id: 'r1' }, ALLOWED],
    ['a service account', `org:${ORG}/sa:s1`, { organization_id: ORG, service_account_id: 's1' }, ALLOWED],
    ['a longer organisation id', `org:${ORG}`, { ...environment, organization_id: `${ORG}x` }, UNCOVERED],
    ['no organisation', `org:${ORG}`, { user_id: 'u1' }, MALFORMED],
    ['nobody at all', `org:${ORG}`, { organization_id: ORG }, MALFORMED],
    ['a project alone', `org:${ORG}`, { organization_id: ORG, project_id: PRJ }, MALFORMED],
    ['a user and a runner', `org:${ORG}`, { organization_id: ORG, user_id: 'u1', runner_id: 'r1' }, MALFORMED],
    ['a user of a project', `org:${ORG}`, { organization_id: ORG, project_id: PRJ, user_id: 'u1' }, MALFORMED],
    ['an environment and a user', `org:${ORG}`, { ...environment, user_id: 'u1' }, MALFORMED],
    ['an id with a slash', `org:${ORG}`, { organization_id: ORG, user_id: 'u1/prj:x' }, MALFORMED],
    ['an id with a colon', `org:${ORG}`, { organization_id: `${ORG}:x`, user_id: 'u1' }, MALFORMED],
    ['an empty id', `org:${ORG}`, { organization_id: ORG, user_id: '' }, MALFORMED],
    ['an id that is null', `org:${ORG}`, { ...environment, project_id: null }, MALFORMED],
    ['an id that is a list', `org:${ORG}`, { organization_id: [ORG], user_id: 'u1' }, MALFORMED],
  ];
  test.each(rows)('%s', (_, prefix, claims, expected) => {
    const sub = `organization_id:evil:project_id:evil:environment_id:evil:note:${prefix}`;
    expect(outcome(policyFor(prefix, 'gitpod-v3'), { sub, aud: ['api'], ...claims })).toEqual(expected);
    expect(outcome(policyFor(prefix, ['gitpod', 'gitpod-v3']), { sub, aud: ['api'], ...claims })).toEqual(expected);
  });

  test('are malformed to the older scheme, and older tokens to the newer', () => {
    expect(outcome(policyFor(`org:${ORG}`, 'gitpod'), { sub: 'x', ...environment })).toEqual(MALFORMED);
    expect(outcome(policyFor(`org:${ORG}`, 'gitpod-v3'), { sub: `org:${ORG}/user:u1` })).toEqual(MALFORMED);
  });

  test('that speak of two principals under a list of schemes are inconsistent, however they are listed', () => {
    for (const schemes of [
      ['gitpod', 'gitpod-v3'],
      ['gitpod-v3', 'gitpod'],
    ]) {
      const policy = policyFor(`org:${ORG}`, schemes);
      expect(outcome(policy, { sub: `org:${ORG}/user:u1`, ...environment })).toEqual(['deny', 'subject_inconsistent']);
      expect(outcome(policy, { sub: `org:${ORG}/user:u1`, org: 'other', organization_id: ORG, user_id: 'u1' })).toEqual(
        ['deny', 'subject_inconsistent'],
      );
      expect(outcome(policy, { sub: `org:${ORG}/user:u1`, organization_id: ORG, user_id: 'u1' })).toEqual(ALLOWED);
      expect(outcome(policy, { sub: `org:${ORG}/user:u1` })).toEqual(ALLOWED);
    }
  });
});

describe('an opaque subject', () => {
  const rows: readonly (readonly [subject: unknown, sub: unknown, expected: readonly string[]])[] = [
    ['repo:acme/api', 'repo:acme/api', ALLOWED],
    [{ equals: 'repo:acme/api' }, 'repo:acme/api', ALLOWED],
    ['repo:acme', 'repo:acme/api', UNCOVERED],
    ['repo:acme/api', 'repo:acme', UNCOVERED],
    ['repo:acme/api', 'repo:ACME/api', UNCOVERED],
    ['a*', 'ab', UNCOVERED],
    ['a*', 'a*', ALLOWED],
    ['x', '', MALFORMED],
    ['x', null, MALFORMED],
  ];
  test.each(rows)('%j on %j', (subject, sub, expected) => {
    expect(outcome(policyFor(subject, 'opaque'), { sub })).toEqual(expected);
  });
});

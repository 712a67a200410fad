/** Each way in which a policy can change, alone: what is said of it, and in which class. */
import { expect, test } from '@jest/globals';
import { type Change, comparePolicies } from '../../src/analysis/index.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/policy.ts';

const issuer = {
  url: 'https://g.example',
  subject: 'gitpod',
  audiences: ['one', 'two'],
  algorithms: ['RS256', 'ES256'],
  tokenType: ['JWT'],
  maxLifetime: '2h',
  clockSkew: '30s',
  maxTokenAge: '1h',
  jwks: { uri: 'https://g.example/keys' },
};
const allow = {
  id: 'a',
  effect: 'allow',
  when: { issuer: 'g', subject: ['org:A/prj:p', 'org:A/user:u'] },
  grants: [{ actions: ['read', 'list'], resources: ['x/**', 'y'] }],
  ttl: '10m',
  valid: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
};
const deny = { id: 'd', effect: 'deny', when: { issuer: 'g', audience: 'two' }, grants: [{ actions: ['list'] }] };

type Rules = readonly object[];

function policyOf(rules: Rules, issuers: object): Policy {
  const text = JSON.stringify({ version: 1, issuers, rules });
  const { policy, diagnostics } = parsePolicy([{ file: 'policy.json', text }]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

const base = policyOf([allow, deny], { g: issuer });

const named = (change: Change): string =>
  change.class === 'trust' ? `trust ${change.what}` : `${change.class} ${(change.after ?? change.before)?.id ?? ''}`;

/** What is gained and lost on the way there; on the way back it is the other way round. */
test.each<[name: string, rules: Rules, issuers: object, gains: readonly string[], losses: readonly string[]]>([
  ['nothing', [allow, deny], { g: issuer }, [], []],
  ['an issuer of another name', [{ ...allow, when: { ...allow.when, issuer: 'h' } }, { ...deny, when: { ...deny.when, issuer: 'h' } }], { h: issuer }, [], []], // prettier-ignore
  ['an allow that is gone', [deny], { g: issuer }, [], ['access a']],
  ['a deny that is gone', [allow], { g: issuer }, ['access d'], []],
  ['a wider subject', [{ ...allow, when: { issuer: 'g', subject: 'org:A' } }, deny], { g: issuer }, ['access a'], []],
  ['one subject less', [{ ...allow, when: { issuer: 'g', subject: 'org:A/prj:p' } }, deny], { g: issuer }, [], ['access a']], // prettier-ignore
  ['another subject', [{ ...allow, when: { issuer: 'g', subject: 'org:B' } }, deny], { g: issuer }, ['access a'], ['access a']], // prettier-ignore
  ['a claim asked for', [{ ...allow, when: { ...allow.when, claims: { team: 't' } } }, deny], { g: issuer }, [], ['access a']], // prettier-ignore
  ['one action more', [{ ...allow, grants: [{ actions: ['read', 'list', 'write'], resources: ['x/**', 'y'] }] }, deny], { g: issuer }, ['access a'], []], // prettier-ignore
  ['a wider deny', [allow, { ...deny, when: { issuer: 'g' } }], { g: issuer }, [], ['access d']],
  ['a deny of plain access', [allow, { ...deny, grants: undefined }], { g: issuer }, [], ['access d']],
  ['a deny that is an allow', [allow, { ...deny, effect: 'allow' }], { g: issuer }, ['access d'], []],
  ['a longer ttl', [{ ...allow, ttl: '20m' }, deny], { g: issuer }, ['ttl a'], []],
  ['no ttl', [{ ...allow, ttl: undefined }, deny], { g: issuer }, ['ttl a'], []],
  ['a later end', [{ ...allow, valid: { ...allow.valid, until: '2028-01-01T00:00:00Z' } }, deny], { g: issuer }, ['valid a'], []], // prettier-ignore
  ['a later start', [{ ...allow, valid: { ...allow.valid, from: '2026-06-01T00:00:00Z' } }, deny], { g: issuer }, [], ['valid a']], // prettier-ignore
  ['an allow in audit mode', [{ ...allow, mode: 'audit' }, deny], { g: issuer }, [], ['mode a']],
  ['a deny in audit mode', [allow, { ...deny, mode: 'audit' }], { g: issuer }, ['mode d'], []],
  ['another url', [allow, deny], { g: { ...issuer, url: 'https://h.example' } }, ['trust url'], ['trust url']],
  ['another scheme', [allow, deny], { g: { ...issuer, subject: ['gitpod', 'gitpod-v3'] } }, ['trust subject'], ['trust subject']], // prettier-ignore
  ['one audience more', [allow, deny], { g: { ...issuer, audiences: ['one', 'two', 'three'] } }, ['trust audiences'], []], // prettier-ignore
  ['one algorithm less', [allow, deny], { g: { ...issuer, algorithms: ['RS256'] } }, [], ['trust algorithms']],
  ['other token types', [allow, deny], { g: { ...issuer, tokenType: ['at+jwt'] } }, ['trust tokenType'], ['trust tokenType']], // prettier-ignore
  ['a shorter lifetime', [allow, deny], { g: { ...issuer, maxLifetime: '1h' } }, [], ['trust maxLifetime']],
  ['more skew', [allow, deny], { g: { ...issuer, clockSkew: '60s' } }, ['trust clockSkew'], []],
  ['any age', [allow, deny], { g: { ...issuer, maxTokenAge: undefined } }, ['trust maxTokenAge'], []],
  ['keys from elsewhere', [allow, deny], { g: { ...issuer, jwks: { file: 'keys.json' } } }, ['trust jwks'], ['trust jwks']], // prettier-ignore
  ['keys from discovery', [allow, deny], { g: { ...issuer, jwks: undefined } }, ['trust jwks'], ['trust jwks']],
  ['one issuer more', [allow, deny], { g: issuer, h: { ...issuer, url: 'https://h.example' } }, ['trust issuer'], []],
])('of %s, says what it means', (_, rules, issuers, gains, losses) => {
  const other = policyOf(rules, issuers);
  const there = comparePolicies(base, other);
  const back = comparePolicies(other, base);
  expect([there.gains.map(named), there.losses.map(named), there.undecided]).toEqual([gains, losses, []]);
  expect([back.losses.map(named), back.gains.map(named), back.undecided]).toEqual([gains, losses, []]);
});

test('an audience that a deny names is a loss to give up, and a gain for those it denied', () => {
  const { gains, losses } = comparePolicies(base, policyOf([allow], { g: { ...issuer, audiences: ['one'] } }));
  expect([gains.map(named), losses.map(named)]).toEqual([['trust audiences'], ['trust audiences']]);
});

test('a deny whose template cannot be filled in takes everything: without it something is gained', () => {
  const plain = { ...allow, when: { issuer: 'g', subject: 'org:A/user:u' } };
  const templated = { ...deny, when: { issuer: 'g' }, grants: [{ actions: ['*'], resources: ['${subject.project}'] }] };
  const [before, after] = [[plain, templated], [plain]].map((rules) => policyOf(rules, { g: issuer }));
  expect(comparePolicies(before!, after!).gains.map(named)).toEqual(['access d']);
});

test('what only conditions that depend on each other could tell is not decided, in either direction', () => {
  const tangled = {
    ...allow,
    id: 't',
    ttl: undefined,
    when: { issuer: 'g', claims: { team: { contains: 'x' }, '/team/0': 'y' } },
  };
  const other = policyOf([allow, deny, tangled], { g: issuer });
  const [there, back] = [comparePolicies(base, other), comparePolicies(other, base)];
  expect([there.gains, there.losses, back.gains, back.losses]).toEqual([[], [], [], []]);
  expect(
    [there, back].map(({ undecided }) => undecided.map((one) => [one.direction, (one.after ?? one.before)?.id])),
  ).toEqual([[['gain', 't']], [['loss', 't']]]);
});

test('a rule whose conditions no token can meet together changes nothing', () => {
  const impossible = { ...allow, id: 't', when: { issuer: 'g', claims: { team: 'x', '/team/lead': 'y' } } };
  const other = policyOf([allow, deny, impossible], { g: issuer });
  for (const { gains, losses, undecided } of [comparePolicies(base, other), comparePolicies(other, base)])
    expect([gains, losses, undecided]).toEqual([[], [], []]);
});

test.each<[name: string, rules: Rules, how: readonly string[]]>([
  ['a rule that is renamed', [{ ...allow, id: 'b' }, deny], ['renamed']],
  ['a rule that is described', [{ ...allow, description: 'Some.' }, deny], ['described']],
  ['lists in another order', [{ ...allow, grants: [{ actions: ['list', 'read'], resources: ['y', 'x/**'] }] }, deny], []], // prettier-ignore
  ['grants that are split', [{ ...allow, grants: [{ actions: ['read', 'list'], resources: ['x/**'] }, { actions: ['read', 'list'], resources: ['y'] }] }, deny], ['rewritten']], // prettier-ignore
  [
    'a rule that is split',
    [
      { ...allow, when: { issuer: 'g', subject: 'org:A/prj:p' } },
      { ...allow, id: 'a2', when: { issuer: 'g', subject: 'org:A/user:u' } },
      deny,
    ],
    ['rewritten', 'rewritten'],
  ],
  ['a glob for a prefix', [{ ...allow, when: { issuer: 'g', subject: [{ glob: 'org:A/prj:p/env:*' }, { equals: 'org:A/user:u' }] } }, deny], ['rewritten']], // prettier-ignore
  ['a rule in audit mode', [allow, deny, { ...allow, id: 'b', mode: 'audit', ttl: '1h' }], ['audit']],
])('of %s, says that its meaning is the same', (_, rules, how) => {
  const { gains, losses, undecided, unchanged } = comparePolicies(base, policyOf(rules, { g: issuer }));
  expect([gains, losses, undecided]).toEqual([[], [], []]);
  expect(unchanged.map((one) => one.how)).toEqual(how);
});

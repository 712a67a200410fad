import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/policy/parse.ts';
import type { Issuer, Matcher, Policy, TrustRule } from '../../../src/policy/policy.ts';

const LEAST = `version: 1
issuers:
  g: { url: https://g.example, audiences: [a] }
rules:
  - { id: r, effect: deny, when: { issuer: g } }
`;

test('a policy that says the least has the defaults, and no more members than it has values', () => {
  expect(policyOf(LEAST)).toStrictEqual({
    issuers: [
      {
        name: 'g',
        url: 'https://g.example',
        subject: ['opaque'],
        audiences: ['a'],
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
        tokenType: ['JWT'],
        maxLifetime: 86_400,
        clockSkew: 30,
        at: { file: '1.yaml', line: 3, column: 3 },
      },
    ],
    rules: [
      {
        id: 'r',
        effect: 'deny',
        mode: 'enforce',
        when: { issuers: ['g'], claims: [] },
        at: { file: '1.yaml', line: 5, column: 11 },
      },
    ],
  });
});

test.each<[said: string, part: Partial<Issuer>]>([
  ['subject: gitpod', { subject: ['gitpod'] }],
  ['subject: [gitpod, gitpod-v3]', { subject: ['gitpod', 'gitpod-v3'] }],
  ['subject: [opaque]', { subject: ['opaque'] }],
  ['algorithms: [ES256, RS256]', { algorithms: ['ES256', 'RS256'] }],
  ['tokenType: [at+jwt, JWT]', { tokenType: ['at+jwt', 'JWT'] }],
  ['maxLifetime: 1h', { maxLifetime: 3_600 }],
  ['clockSkew: 5m', { clockSkew: 300 }],
  ['clockSkew: 0s', { clockSkew: 0 }],
  ['maxTokenAge: 10m', { maxTokenAge: 600 }],
  ['jwks: { uri: https://keys.example/k }', { jwks: { uri: 'https://keys.example/k' } }],
  ['jwks: { file: keys/g.json }', { jwks: { file: 'keys/g.json' } }],
  ['jwks: { keys: [{ kty: RSA, x: [null] }] }', { jwks: { keys: [{ kty: 'RSA', x: [null] }] } }],
])('an issuer that says `%s` is %j', (said, part) => {
  const policy = policyOf(LEAST.replace('audiences: [a]', `audiences: [a], ${said}`));
  const least = policyOf(LEAST).issuers[0];
  expect(policy.issuers).toEqual([{ ...least, ...part }]);
});

test.each<[said: string, part: Partial<TrustRule>]>([
  ['description: Reads.', { description: 'Reads.' }],
  ['mode: audit', { mode: 'audit' }],
  ['mode: enforce', { mode: 'enforce' }],
  ['grants: [{ actions: [b, a] }]', { grants: [{ actions: ['b', 'a'] }] }],
  [
    'grants: [{ actions: [a], resources: [b, "${subject.org}/*"] }, { actions: [c] }]',
    { grants: [{ actions: ['a'], resources: ['b', '${subject.org}/*'] }, { actions: ['c'] }] },
  ],
  ['ttl: 15m', { ttl: 900 }],
  ['valid: {}', { valid: {} }],
  ['valid: { from: 1970-01-01T00:00:01Z }', { valid: { from: 1 } }],
  ['valid: { until: 1970-01-01T00:00:02Z }', { valid: { until: 2 } }],
  ['valid: { from: 1970-01-01T00:00:01Z, until: 1970-01-01T00:00:02Z }', { valid: { from: 1, until: 2 } }],
])('a rule that says `%s` is %j', (said, part) => {
  const policy = policyOf(LEAST.replace('effect: deny', `effect: deny, ${said}`));
  expect(policy.rules).toStrictEqual([{ ...policyOf(LEAST).rules[0], ...part }]);
});

test.each(['allow', 'deny'] as const)('a rule that says `effect: %s` has that effect', (effect) => {
  expect(policyOf(LEAST.replace('effect: deny', `effect: ${effect}`)).rules[0]?.effect).toBe(effect);
});

test.each<[said: string, part: Partial<TrustRule['when']>]>([
  ['issuer: [g]', { issuers: ['g'] }],
  ['issuer: g, audience: a', { audiences: ['a'] }],
  ['issuer: g, audience: [a]', { audiences: ['a'] }],
  ['issuer: g, kind: subject', { kinds: ['subject'] }],
  ['issuer: g, subject: s', { subjects: [{ prefix: 's' }] }],
  ['issuer: g, subject: [s, { equals: t }]', { subjects: [{ prefix: 's' }, { equals: 't' }] }],
  [
    'issuer: g, claims: { "/a~1b/0": x, c: y }',
    {
      claims: [
        { key: '/a~1b/0', steps: ['a/b', '0'], matcher: { oneOf: ['x'] } },
        { key: 'c', steps: ['c'], matcher: { oneOf: ['y'] } },
      ],
    },
  ],
])('a rule for `%s` is for %j', (said, part) => {
  const policy = policyOf(LEAST.replace('issuer: g }', `${said} }`));
  expect(policy.rules[0]?.when).toStrictEqual({ issuers: ['g'], claims: [], ...part });
});

test.each<[said: string, matcher: Matcher]>([
  ['x', { oneOf: ['x'] }],
  ['0', { oneOf: [0] }],
  ['false', { oneOf: [false] }],
  ['[x, 1, true]', { oneOf: ['x', 1, true] }],
  ['{ glob: "x*" }', { glob: 'x*' }],
  ['{ contains: x }', { contains: ['x'] }],
  ['{ contains: [x, 1] }', { contains: ['x', 1] }],
  ['{ containsAny: [x, y] }', { containsAny: ['x', 'y'] }],
  ['{ present: true }', { present: true }],
  ['{ present: false }', { present: false }],
  ['{ not: x }', { not: { oneOf: ['x'] } }],
  ['{ not: [x, y] }', { not: { oneOf: ['x', 'y'] } }],
  ['{ not: { glob: "x*" } }', { not: { glob: 'x*' } }],
  ['{ not: { contains: x } }', { not: { contains: ['x'] } }],
  ['{ not: { containsAny: [x] } }', { not: { containsAny: ['x'] } }],
])('a claim that is to be `%s` is matched by %j', (said, matcher) => {
  const policy = policyOf(LEAST.replace('issuer: g }', `issuer: g, claims: { c: ${said} } }`));
  expect(policy.rules[0]?.when.claims).toStrictEqual([{ key: 'c', steps: ['c'], matcher }]);
});

test('issuers and rules of several files stand in the order of files and text', () => {
  const more = LEAST.replaceAll(/\bg\b/g, 'h').replace('id: r', 'id: q');
  const policy = policyOf(more, 'version: 1\n', LEAST);
  expect(policy.issuers.map(({ name, at }) => [name, at.file])).toEqual([
    ['h', '1.yaml'],
    ['g', '3.yaml'],
  ]);
  expect(policy.rules.map(({ id, at }) => [id, at.file])).toEqual([
    ['q', '1.yaml'],
    ['r', '3.yaml'],
  ]);
});

function policyOf(...texts: readonly string[]): Policy {
  const { policy, diagnostics } = parsePolicy(texts.map((text, i) => ({ file: `${String(i + 1)}.yaml`, text })));
  expect(diagnostics).toEqual([]);
  return policy!;
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { compilePolicy } from '../../src/decision/compile.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { runsOf } from '../runs.ts';

const POLICY = `version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: [gitpod, gitpod-v3]
    audiences: [https://a.example, https://b.example]
    algorithms: [RS256, ES256]
    tokenType: [JWT]
    maxLifetime: 1h
    clockSkew: 10s
    maxTokenAge: 30m
    jwks: { uri: https://keys.example/jwks }
  other:
    url: https://other.example
    audiences: [https://a.example]
rules:
  - id: a
    description: Reads.
    effect: allow
    mode: enforce
    when:
      issuer: gitpod
      audience: https://a.example
      subject: org:A/prj:P
      kind: environment
      claims:
        creator_email: { glob: "*@example.com" }
        /a/b: { contains: [x, 1] }
        level: [1, 2]
    grants:
      - actions: [read, list]
        resources: [secret/a/**]
    ttl: 15m
    valid: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
  - id: b
    effect: deny
    when: { issuer: [gitpod, other], claims: { blocked: true } }
`;

/** The same in other words: what stands in the text, and what stands there instead. */
const SAME: readonly (readonly [what: string, text: string | readonly string[]])[] = [
  ['comments', POLICY.replaceAll(/$/gm, ' # so').replace('version', '# first\nversion')],
  ['a document marker', `---\n${POLICY}...\n`],
  ['carriage returns', POLICY.replaceAll('\n', '\r\n')],
  ['a schema', POLICY.replace('version', '$schema: x\nversion')],
  [
    'quotes',
    POLICY.replace('org:A/prj:P', "'org:A/prj:P'").replace('id: a', '"id": "a"').replace('clockSkew', "'clockSkew'"),
  ],
  ['escapes', POLICY.replace('org:A/prj:P', '"\\x6frg:A/prj:P"')],
  ['flow and block style', POLICY.replace('[read, list]', '\n        - read\n        - list')],
  [
    'a number in another spelling',
    POLICY.replace('[x, 1]', '[x, 1.0]').replace('level: [1, 2]', 'level: [1e0, 20e-1]'),
  ],
  ['a boolean in another spelling', POLICY.replace('blocked: true', 'blocked: True')],
  ['a duration in another unit', POLICY.replace('1h', '60m').replace('15m', '900s').replace('30m', '1800s')],
  ['a time with another offset', POLICY.replace('2026-01-01T00:00:00Z', '2026-01-01T02:00:00+02:00')],
  ['a time with a fraction of nothing', POLICY.replace('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z')],
  [
    'a default that is said',
    POLICY.replace(
      '  other:',
      '  other:\n    subject: opaque\n    clockSkew: 30s\n    maxLifetime: 24h\n    tokenType: [JWT]',
    ),
  ],
  ['a default that is not said', POLICY.replace('    mode: enforce\n', '').replace('    tokenType: [JWT]\n', '')],
  [
    'default algorithms that are said',
    POLICY.replace('  other:', '  other:\n    algorithms: [RS256, PS256, ES256, EdDSA, Ed25519]'),
  ],
  ['an issuer as a list of one', POLICY.replace('issuer: gitpod\n', 'issuer: [gitpod]\n')],
  ['claims in another order', POLICY.replace(/( +creator_email: .*\n)((?: +\/a.*\n) +level: .*\n)/, '$2$1')],
  [
    'a subject, an audience and a kind as lists of one',
    POLICY.replace('subject: org:A/prj:P', 'subject: [org:A/prj:P]')
      .replace('audience: https://a.example', 'audience: [https://a.example]')
      .replace('kind: environment', 'kind: [environment]'),
  ],
  ['a scalar matcher as a list of one', POLICY.replace('blocked: true', 'blocked: [true]')],
  ['JSON', JSON.stringify(documentOf())],
  ['YAML by another hand', stringify(documentOf(), { defaultStringType: 'QUOTE_DOUBLE', indent: 8 })],
  ['other keys first', JSON.stringify(reversed(documentOf()))],
  ['rules in another order', JSON.stringify({ ...documentOf(), rules: documentOf().rules.toReversed() })],
  [
    'issuers in another order',
    JSON.stringify({ ...documentOf(), issuers: Object.fromEntries(Object.entries(documentOf().issuers).toReversed()) }),
  ],
  [
    'a file for issuers and a file for rules',
    split((document) => [{ issuers: document.issuers }, { rules: document.rules }]),
  ],
  [
    'a file for rules and a file for issuers',
    split((document) => [{ rules: document.rules }, { issuers: document.issuers }]),
  ],
  [
    'a file for each',
    split((document) => [{ issuers: document.issuers }, ...document.rules.map((rule) => ({ rules: [rule] }))]),
  ],
  ['a file with nothing', split((document) => [document, {}, { rules: [], issuers: {} }])],
];

/** Every change of meaning: what is replaced, and by what. */
const CHANGES: readonly (readonly [what: string, from: string, to: string])[] = [
  ['the name of an issuer', 'other', 'another'],
  ['a url', 'https://other.example', 'https://others.example'],
  ['a url by a slash', 'https://other.example', 'https://other.example/'],
  ['the case of a url', 'https://other.example', 'https://Other.example'],
  ['a scheme', '[gitpod, gitpod-v3]', 'gitpod'],
  ['an audience of an issuer', '[https://a.example, https://b.example]', '[https://a.example, https://c.example]'],
  ['fewer audiences of an issuer', '[https://a.example, https://b.example]', '[https://a.example]'],
  ['an algorithm', '[RS256, ES256]', '[RS256, PS256]'],
  ['algorithms left to the default', '    algorithms: [RS256, ES256]\n', ''],
  ['a token type', '[JWT]', '[at+jwt]'],
  ['the longest lifetime', 'maxLifetime: 1h', 'maxLifetime: 2h'],
  ['the longest lifetime left to the default', '    maxLifetime: 1h\n', ''],
  ['the clock skew', 'clockSkew: 10s', 'clockSkew: 11s'],
  ['the token age', 'maxTokenAge: 30m', 'maxTokenAge: 31m'],
  ['no token age', '    maxTokenAge: 30m\n', ''],
  ['the address of keys', 'keys.example/jwks', 'keys.example/jwks2'],
  ['another source of keys', '{ uri: https://keys.example/jwks }', '{ file: https_keys.example/jwks }'],
  ['keys in the policy', '{ uri: https://keys.example/jwks }', '{ keys: [{ kty: RSA }] }'],
  ['keys by discovery', '    jwks: { uri: https://keys.example/jwks }\n', ''],
  ['an id', 'id: b', 'id: c'],
  ['a description', 'description: Reads.', 'description: Writes.'],
  ['an effect', 'effect: deny', 'effect: allow'],
  ['a mode', 'mode: enforce', 'mode: audit'],
  ['fewer issuers of a rule', '[gitpod, other]', '[gitpod]'],
  ['another issuer of a rule', '[gitpod, other]', '[other]'],
  ['the audience of a rule', 'audience: https://a.example', 'audience: https://b.example'],
  ['no audience of a rule', '      audience: https://a.example\n', ''],
  ['a subject', 'org:A/prj:P', 'org:A/prj:Q'],
  ['a shorter subject', 'org:A/prj:P', 'org:A'],
  ['the case of a subject', 'org:A/prj:P', 'org:a/prj:P'],
  ['another form of subject', 'subject: org:A/prj:P', 'subject: { glob: org:A/prj:P/* }'],
  ['a subject that is equal', 'subject: org:A/prj:P', 'subject: { equals: org:A/prj:P/env:E }'],
  ['a second subject', 'subject: org:A/prj:P', 'subject: [org:A/prj:P, org:B]'],
  ['no subject', '      subject: org:A/prj:P\n', ''],
  ['a kind', 'kind: environment', 'kind: runner'],
  ['no kind', '      kind: environment\n', ''],
  ['the name of a claim', 'creator_email', 'creator_mail'],
  ['a pointer for a name', '/a/b', 'a.b'],
  ['a longer pointer', '/a/b', '/a/b/c'],
  ['an operator', '{ glob: "*@example.com" }', '{ not: { glob: "*@example.com" } }'],
  ['a glob for an equality', '{ glob: "*@example.com" }', '"*@example.com"'],
  ['a glob', '*@example.com', '*@*.example.com'],
  ['all for any', '{ contains: [x, 1] }', '{ containsAny: [x, 1] }'],
  ['one of for all of', '{ contains: [x, 1] }', '[x, 1]'],
  ['a string for a number', '[x, 1]', '[x, "1"]'],
  ['a string for a boolean', 'blocked: true', 'blocked: "true"'],
  ['a boolean', 'blocked: true', 'blocked: false'],
  ['presence for a value', 'blocked: true', 'blocked: { present: true }'],
  ['absence for presence', 'blocked: true', 'blocked: { present: false }'],
  ['another number', 'level: [1, 2]', 'level: [1, 2.5]'],
  ['a claim more', 'blocked: true', 'blocked: true, suspended: true'],
  ['no claims', ', claims: { blocked: true }', ''],
  ['an action', '[read, list]', '[read, write]'],
  ['an action less', '[read, list]', '[read]'],
  ['a resource', 'secret/a/**', 'secret/a/*'],
  ['a template', 'secret/a/**', '"secret/${subject.project}/**"'],
  ['no resources', '        resources: [secret/a/**]\n', ''],
  ['no grants', '    grants:\n      - actions: [read, list]\n        resources: [secret/a/**]\n', ''],
  [
    'one list of actions in two grants',
    '        resources: [secret/a/**]',
    '        resources: [secret/a/**]\n      - actions: [list]',
  ],
  ['a ttl', 'ttl: 15m', 'ttl: 16m'],
  ['no ttl', '    ttl: 15m\n', ''],
  ['the first moment', 'from: 2026-01-01T00:00:00Z', 'from: 2026-01-01T00:00:00.5Z'],
  ['the last moment', 'until: 2027-01-01T00:00:00Z', 'until: 2027-01-01T00:00:00-01:00'],
  ['no last moment', ', until: 2027-01-01T00:00:00Z', ''],
  ['no times', '    valid: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }\n', ''],
  [
    'a rule less',
    '  - id: b\n    effect: deny\n    when: { issuer: [gitpod, other], claims: { blocked: true } }\n',
    '',
  ],
  ['a rule more', '  - id: b\n', '  - { id: c, effect: deny, when: { issuer: other } }\n  - id: b\n'],
];

const DIGEST = digestOf(POLICY);

describe('the digest of a policy', () => {
  test('is a SHA-256 in hexadecimal', () => {
    expect(DIGEST).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(SAME)('is the same with %s', (_what, text) => {
    expect(digestOf(text)).toBe(DIGEST);
  });

  test.each(CHANGES)('differs with %s', (_what, from, to) => {
    const changed = POLICY.replaceAll(from, () => to);
    expect(changed).not.toBe(POLICY);
    expect(digestOf(changed)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(changed)).not.toBe(DIGEST);
  });

  test('differs with every one of these changes in its own way', () => {
    const digests = CHANGES.map(([, from, to]) => digestOf(POLICY.replaceAll(from, () => to)));
    expect(new Set(digests).size).toBe(CHANGES.length);
  });

  test('does not depend on the names of files', () => {
    const digests = ['a.yaml', 'b/c.yaml', ''].map(
      (file) => compilePolicy(parsePolicy([{ file, text: POLICY }]).policy!).digest,
    );
    expect(new Set(digests)).toEqual(new Set([DIGEST]));
  });

  test('does not depend on the order of rules, nor on which file has them', () => {
    const { issuers, rules } = documentOf();
    const many = Array.from({ length: 8 }, (_, i) => ({ ...rules[i % 2]!, id: `r${i}` }));
    const expected = digestOf(JSON.stringify({ version: 1, issuers, rules: many }));
    const shuffled = fc.shuffledSubarray(many, { minLength: many.length });
    fc.assert(
      fc.property(shuffled, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (order, homes) => {
        const texts = [0, 1, 2, 3].map((home) =>
          JSON.stringify({ version: 1, rules: order.filter((_, i) => homes[i] === home) }),
        );
        expect(digestOf([...texts, JSON.stringify({ version: 1, issuers })])).toBe(expected);
      }),
      { numRuns: runsOf() },
    );
  });

  test('is that of the same policy parsed again', () => {
    const { policy } = parsePolicy([{ file: 'p', text: POLICY }]);
    const copy = structuredClone(policy!);
    expect(compilePolicy(copy).digest).toBe(DIGEST);
    expect(copy).toEqual(policy);
  });
});

interface Document {
  readonly version: 1;
  readonly issuers: Readonly<Record<string, object>>;
  readonly rules: readonly object[];
}

/** The digest, or what keeps the text from loading. */
function digestOf(text: string | readonly string[]): string {
  const { policy, diagnostics } = parsePolicy([text].flat().map((one, i) => ({ file: `${i}.yaml`, text: one })));
  return policy === undefined ? JSON.stringify(diagnostics) : compilePolicy(policy).digest;
}

function documentOf(): Document {
  return {
    version: 1,
    issuers: {
      gitpod: {
        url: 'https://app.gitpod.io',
        subject: ['gitpod', 'gitpod-v3'],
        audiences: ['https://a.example', 'https://b.example'],
        algorithms: ['RS256', 'ES256'],
        tokenType: ['JWT'],
        maxLifetime: '1h',
        clockSkew: '10s',
        maxTokenAge: '30m',
        jwks: { uri: 'https://keys.example/jwks' },
      },
      other: { url: 'https://other.example', audiences: ['https://a.example'] },
    },
    rules: [
      {
        id: 'a',
        description: 'Reads.',
        effect: 'allow',
        mode: 'enforce',
        when: {
          issuer: 'gitpod',
          audience: 'https://a.example',
          subject: 'org:A/prj:P',
          kind: 'environment',
          claims: { creator_email: { glob: '*@example.com' }, '/a/b': { contains: ['x', 1] }, level: [1, 2] },
        },
        grants: [{ actions: ['read', 'list'], resources: ['secret/a/**'] }],
        ttl: '15m',
        valid: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
      },
      { id: 'b', effect: 'deny', when: { issuer: ['gitpod', 'other'], claims: { blocked: true } } },
    ],
  };
}

/** The members of all objects in the opposite order; lists as they are. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

function split(files: (document: Document) => readonly object[]): string[] {
  return files(documentOf()).map((file) => JSON.stringify({ version: 1, ...file }));
}

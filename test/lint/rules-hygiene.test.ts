/** Rules about time, use and upkeep: what is reported, where, and above all what is not. */
import { describe, expect, test } from '@jest/globals';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { NOW, placesOf } from './places.ts';

type Case = readonly [name: string, text: string, places: readonly string[]];

const table = (id: string, cases: readonly Case[]): void => {
  describe(id, () => {
    test.each(cases)('%s', (_name, text, places) => {
      expect(placesOf(id, text)).toEqual(places);
    });
  });
};

interface Given {
  /** More members of the issuer `forge`, in line 4. */
  readonly issuer?: string;
  readonly effect?: string;
  readonly issuers?: string;
}

/** A policy with two issuers and one rule, `more` of it from line 11. */
const policy = (more: readonly string[], { issuer = '', effect = 'allow', issuers = 'forge' }: Given = {}): string =>
  [
    '# yaml-language-server: $schema=.policy.schema.json',
    'version: 1',
    'issuers:',
    `  forge: { url: https://git.example.com, audiences: [https://secrets.example.com]${issuer} }`,
    '  other: { url: https://other.example.com, audiences: [https://secrets.example.com], maxLifetime: 1h }',
    'rules:',
    '  - id: only',
    `    effect: ${effect}`,
    `    when: { issuer: ${issuers}, subject: ada }`,
    '    grants: [{ actions: [read] }]',
    ...more.map((line) => `    ${line}`),
    '',
  ].join('\n');

table('rule-expires-soon', [
  ['finds an end tomorrow', policy(['valid: { until: 2026-06-02T00:00:00Z }']), ['11:21']],
  ['finds an end in 30 days', policy(['valid:', '  until: 2026-07-01T00:00:00Z']), ['12:14']],
  ['finds the end of a deny', policy(['valid: { until: 2026-06-02T00:00:00Z }'], { effect: 'deny' }), ['11:21']],
  [
    'finds the end of a long time',
    policy(['valid: { from: 2026-05-02T00:00:00Z, until: 2026-06-02T00:00:00Z }']),
    ['11:49'],
  ],
  ['says nothing of an end a second later', policy(['valid: { until: 2026-07-01T00:00:01Z }']), []],
  ['says nothing of an end that is now', policy(['valid: { until: 2026-06-01T00:00:00Z }']), []],
  ['says nothing of an end that is past', policy(['valid: { until: 2026-05-31T00:00:00Z }']), []],
  ['says nothing of a short time', policy(['valid: { from: 2026-05-20T00:00:00Z, until: 2026-06-02T00:00:00Z }']), []],
  ['says nothing of a beginning', policy(['valid: { from: 2026-06-02T00:00:00Z }']), []],
  ['says nothing without times', policy([]), []],
]);

table('unused-issuer', [
  ['finds an issuer', policy([]), ['5:3']],
  ['says nothing of one in a list', policy([], { issuers: '[forge, other]' }), []],
  ['counts a rule in audit mode', policy(['mode: audit'], { issuers: '[forge, other]' }), []],
  [
    'says nothing of a policy without rules',
    'version: 1\nissuers: { a: { url: https://a.example.com, audiences: [b] } }\nrules: []\n',
    [],
  ],
  [
    'says nothing of a file of issuers',
    'version: 1\nissuers: { a: { url: https://a.example.com, audiences: [b] } }\n',
    [],
  ],
]);

test('unused-issuer counts rules of other files', () => {
  const issuers = 'version: 1\nissuers: { a: { url: https://a.example.com, audiences: [b] } }\n';
  const rules = 'version: 1\nrules: [{ id: a, effect: deny, when: { issuer: a } }]\n';
  const found = lintPolicy(
    [
      { file: 'issuers.yaml', text: issuers },
      { file: 'rules.yaml', text: rules },
    ],
    { now: NOW },
  );
  expect(found.filter(({ code }) => code === 'unused-issuer')).toEqual([]);
});

table('audit-mode-forgotten', [
  ['finds an allow', policy(['mode: audit']), ['11:11']],
  ['finds a deny', policy(['mode: audit'], { effect: 'deny' }), ['11:11']],
  ['finds one with a beginning', policy(['mode: audit', 'valid: { from: 2026-01-01T00:00:00Z }']), ['11:11']],
  ['says nothing of one with an end', policy(['mode: audit', 'valid: { until: 2027-01-01T00:00:00Z }']), []],
  ['says nothing of one that is over', policy(['mode: audit', 'valid: { until: 2026-01-01T00:00:00Z }']), []],
  ['says nothing of one that is enforced', policy(['mode: enforce']), []],
  ['says nothing of one without a mode', policy([]), []],
]);

table('missing-description', [
  ['finds a rule without one', policy([]), ['7:9']],
  ['finds an empty one', policy(['description: ""']), ['7:9']],
  ['finds a blank one', policy(['description: "  "']), ['7:9']],
  ['says nothing of a rule with one', policy(['description: Why.']), []],
  ['says nothing of one over lines', policy(['description: |', '  Why.']), []],
]);

table('ttl-longer-than-token', [
  ['finds more than the default', policy(['ttl: 25h']), ['11:10']],
  ['finds a second more', policy(['ttl: 3631s'], { issuer: ', maxLifetime: 1h' }), ['11:10']],
  ['finds more than each', policy(['ttl: 2h'], { issuer: ', maxLifetime: 90m', issuers: '[forge, other]' }), ['11:10']],
  ['finds more than both together', policy(['ttl: 65m'], { issuer: ', maxLifetime: 1h, clockSkew: 1m' }), ['11:10']],
  ['says nothing of just as long', policy(['ttl: 1h'], { issuer: ', maxLifetime: 1h' }), []],
  ['says nothing of what the skew allows', policy(['ttl: 3630s'], { issuer: ', maxLifetime: 1h' }), []],
  ['says nothing of the default', policy(['ttl: 24h']), []],
  ['says nothing where one issuer lasts', policy(['ttl: 2h'], { issuers: '[forge, other]' }), []],
  ['says nothing of a deny', policy(['ttl: 48h'], { effect: 'deny' }), []],
  ['says nothing without one', policy([]), []],
]);

table('long-token-age', [
  ['finds two days', policy([], { issuer: ', maxLifetime: 2d' }), ['4:97']],
  ['finds a second more than a day', policy([], { issuer: ', maxLifetime: 86401s' }), ['4:97']],
  ['finds it beside an age of days', policy([], { issuer: ', maxLifetime: 7d, maxTokenAge: 2d' }), ['4:97']],
  ['says nothing of a day', policy([], { issuer: ', maxLifetime: 1d' }), []],
  ['says nothing of a day in hours', policy([], { issuer: ', maxLifetime: 24h' }), []],
  ['says nothing of the default', policy([]), []],
  ['says nothing where the age is bounded', policy([], { issuer: ', maxLifetime: 7d, maxTokenAge: 24h' }), []],
  ['says nothing of an age alone', policy([], { issuer: ', maxTokenAge: 7d' }), []],
]);

const LINE = '# yaml-language-server: $schema=https://unpkg.com/countersign/schemas/policy.schema.json';

table('missing-schema-line', [
  ['finds a file without one', 'version: 1\n', ['1:1']],
  ['finds a file with another comment', '# A policy.\nversion: 1\n', ['1:1']],
  ['finds a comment that names none', '# yaml-language-server: $id=a\nversion: 1\n', ['1:1']],
  ['finds a comment about it', '# no $schema: here\nversion: 1\n', ['1:1']],
  ['says nothing of the comment', '# yaml-language-server: $schema=a.json\nversion: 1\n', []],
  ['says nothing of the comment without a space', '#yaml-language-server: $schema=a.json\nversion: 1\n', []],
  ['says nothing of it below others', '# A policy.\n\n# yaml-language-server: $schema=a.json\nversion: 1\n', []],
  ['says nothing of it before CRLF', '# yaml-language-server: $schema=a.json\r\nversion: 1\r\n', []],
  ['says nothing of the key', '$schema: a.json\nversion: 1\n', []],
  ['says nothing of the key in quotes', 'version: 1\n"$schema": a.json\n', []],
  ['says nothing of the key in a flow map', '{ $schema: a.json, version: 1 }\n', []],
]);

test.each([
  ['policy.yml', 1],
  ['a/b/policy.YAML', 1],
  ['policy.json', 0],
])('missing-schema-line finds in %s as many as it should', (file, count) => {
  expect(placesOf('missing-schema-line', '{ "version": 1 }\n', file)).toHaveLength(count);
});

test('missing-schema-line finds each file, and mends it with a line that it accepts', () => {
  const files = ['a.yaml', 'b.yaml'];
  const found = lintPolicy(
    files.map((file) => ({ file, text: 'version: 1\n' })),
    { now: NOW },
  );
  expect(found.map(({ fix }) => fix)).toEqual(files.map((file) => [{ file, firstLine: LINE }]));
  expect(placesOf('missing-schema-line', `${LINE}\nversion: 1\n`)).toEqual([]);
});

/** Rules about what rules have to do with each other: what is reported, where, which rule is named, and what is not. */
import { describe, expect, test } from '@jest/globals';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { NOW } from './places.ts';

const ORG = 'org:0191e223-1c3c-7607-badf-303c98b52d2f';
const PRJ = `${ORG}/prj:019527e4-75d5-704d-a5a4-a2b52cf56198`;
const OTHER = `${ORG}/prj:019527f1-0a3c-7d41-9c5e-6b1fd2c08e77`;
const ENV = `${PRJ}/env:0196b0c4-3f7a-7e92-8d15-2ac94be07f31`;

/** A rule in one line; the first stands in line 5, its id in column 11. */
const rule = (id: string, effect: string, subject: string, resource: string, more = ''): string =>
  `  - { id: ${id}, effect: ${effect}, when: { issuer: gitpod${subject === '' ? '' : `, subject: "${subject}"`} }, ` +
  `grants: [{ actions: [read], resources: ["${resource}"] }]${more} }`;

const policy = (...rules: readonly string[]): string =>
  [
    '# yaml-language-server: $schema=.policy.schema.json',
    'version: 1',
    'issuers: { gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://secrets.example.com] } }',
    'rules:',
    ...rules,
    '',
  ].join('\n');

const found = (id: string, text: string): readonly string[] =>
  lintPolicy([{ file: 'policy.yaml', text }], { now: NOW })
    .filter(({ code }) => code === id)
    .map(({ at, related = [] }) =>
      [at, ...related.map((one) => one.at)].map((one) => `${one.line}:${one.column}`).join(' '),
    );

type Case = readonly [name: string, text: string, places: readonly string[]];

const table = (id: string, cases: readonly Case[]): void => {
  describe(id, () => {
    test.each(cases)('%s', (_name, text, places) => {
      expect(found(id, text)).toEqual(places);
    });
  });
};

const wide = rule('wide', 'allow', PRJ, 'a/**');

table('shadowed-rule', [
  ['finds a narrower one', policy(wide, rule('narrow', 'allow', ENV, 'a/b')), ['6:11 5:11']],
  ['finds it in any order', policy(rule('narrow', 'allow', ENV, 'a/b'), wide), ['5:11 6:11']],
  ['finds the later of two equals', policy(rule('x', 'allow', PRJ, 'a/**'), wide), ['5:11 6:11']],
  ['finds one that lasts shorter', policy(wide, rule('narrow', 'allow', ENV, 'a/b', ', ttl: 5m')), ['6:11 5:11']],
  ['says nothing of another subject', policy(wide, rule('narrow', 'allow', OTHER, 'a/b')), []],
  ['says nothing of another resource', policy(wide, rule('narrow', 'allow', ENV, 'b/c')), []],
  ['says nothing of the wider one', policy(wide, rule('narrow', 'allow', ENV, '**')), []],
  [
    'says nothing where the wide one lasts shorter',
    policy(rule('wide', 'allow', PRJ, 'a/**', ', ttl: 5m'), rule('narrow', 'allow', ENV, 'a/b')),
    [],
  ],
  [
    'says nothing where the wide one ends',
    policy(
      rule('wide', 'allow', PRJ, 'a/**', ', valid: { until: 2030-01-01T00:00:00Z }'),
      rule('n', 'allow', ENV, 'a/b'),
    ),
    [],
  ],
  [
    'says nothing where the wide one is in audit mode',
    policy(rule('wide', 'allow', PRJ, 'a/**', ', mode: audit'), rule('narrow', 'allow', ENV, 'a/b')),
    [],
  ],
  ['says nothing of one in audit mode', policy(wide, rule('narrow', 'allow', ENV, 'a/b', ', mode: audit')), []],
  ['says nothing of a deny', policy(wide, rule('narrow', 'deny', ENV, 'a/b')), []],
]);

table('dead-rule', [
  ['finds an allow below a wider deny', policy(wide, rule('no', 'deny', ORG, 'a/**')), ['5:11 6:11']],
  ['says nothing where the deny leaves something', policy(wide, rule('no', 'deny', ORG, 'a/b/**')), []],
  ['says nothing where the deny leaves someone', policy(wide, rule('no', 'deny', ENV, 'a/**')), []],
  ['says nothing where the deny is in audit mode', policy(wide, rule('no', 'deny', ORG, '**', ', mode: audit')), []],
  [
    'says nothing where the deny ends',
    policy(wide, rule('no', 'deny', ORG, '**', ', valid: { until: 2030-01-01T00:00:00Z }')),
    [],
  ],
  ['says nothing of a contradiction', policy(wide, rule('no', 'deny', PRJ, '**')), []],
]);

test.each([
  ['a kind that the subject excludes', `subject: "${PRJ}", kind: user`, 1],
  ['a kind that the subject allows', `subject: "${PRJ}", kind: environment`, 0],
  ['a kind that a part of the subjects allows', `subject: ["${PRJ}", "${ORG}"], kind: user`, 0],
  ['a claim that two conditions exclude', 'claims: { a: b, /a: c }', 1],
  ['a claim that two conditions allow', 'claims: { a: [b, c], /a: c }', 0],
])('dead-rule judges %s', (_name, when, count) => {
  const errors = lintPolicy(
    [{ file: 'a.yaml', text: policy(`  - { id: a, effect: deny, when: { issuer: gitpod, ${when} } }`) }],
    { now: NOW },
  ).filter(({ code, severity }) => code === 'dead-rule' && severity === 'error');
  expect(errors.map(({ at }) => [at.line, at.column])).toEqual(Array.from({ length: count }, () => [5, 28]));
});

table('contradicting-rules', [
  ['finds the allow', policy(wide, rule('no', 'deny', PRJ, 'a/**')), ['5:11 6:11']],
  ['finds it where the deny takes more', policy(wide, rule('no', 'deny', PRJ, '**')), ['5:11 6:11']],
  ['says nothing of a part of it', policy(wide, rule('no', 'deny', PRJ, 'a/b')), []],
  ['says nothing of a narrower deny', policy(wide, rule('no', 'deny', ENV, 'a/**')), []],
  ['says nothing of a wider deny', policy(wide, rule('no', 'deny', ORG, 'a/**')), []],
  ['says nothing of a trial', policy(wide, rule('no', 'deny', PRJ, 'a/**', ', mode: audit')), []],
]);

table('redundant-deny', [
  ['finds a narrower one', policy(wide, rule('no', 'deny', PRJ, 'a/b'), rule('x', 'deny', ENV, 'a/b')), ['7:11 6:11']],
  ['finds one for whom nothing is given', policy(wide, rule('no', 'deny', OTHER, 'a/b')), ['6:11']],
  ['finds one for what is not given', policy(wide, rule('no', 'deny', PRJ, 'b/c')), ['6:11']],
  ['says nothing of one that takes away', policy(wide, rule('no', 'deny', ENV, 'a/b')), []],
  ['says nothing of two that overlap', policy(wide, rule('m', 'deny', PRJ, 'a/b'), rule('n', 'deny', ENV, 'a/*')), []],
  ['says nothing of a bound for all', policy(wide, rule('no', 'deny', '', 'b/**')), []],
  ['says nothing where nothing is given at all', policy(rule('no', 'deny', PRJ, 'b/c')), []],
  [
    'says nothing while an allow is on trial',
    policy(wide, rule('try', 'allow', OTHER, 'a/**', ', mode: audit'), rule('no', 'deny', OTHER, 'a/b')),
    [],
  ],
  ['says nothing of a trial', policy(wide, rule('no', 'deny', OTHER, 'a/b', ', mode: audit')), []],
]);

test('the messages name the other rule, and a subject', () => {
  const messages = [
    policy(wide, rule('narrow', 'allow', ENV, 'a/b')),
    policy(wide, rule('no', 'deny', ORG, 'a/**')),
    policy(rule('wide', 'allow', ENV, 'a/**'), rule('no', 'deny', ENV, 'a/**')),
    policy(wide, rule('no', 'deny', ENV, 'a/b'), rule('zero', 'deny', ENV, 'a/b')),
  ].flatMap((text) =>
    lintPolicy([{ file: 'policy.yaml', text }], { now: NOW }).flatMap(({ message, related = [] }) =>
      related.map((one) => `${message}; ${one.message}`),
    ),
  );
  expect(messages).toMatchInlineSnapshot(`
    [
      "\`wide\` gives at least as much to every token of this rule (for example for \`org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:0196b0c4-3f7a-7e92-8d15-2ac94be07f31\`); what \`narrow\` gives, this rule gives too",
      "\`no\` takes away all that this rule grants, though not plain access, from every token of it (for example for \`org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:x\`); this deny overrides \`wide\`",
      "\`no\` is about the same tokens and takes away all that this rule grants, though not plain access (for example for \`org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:0196b0c4-3f7a-7e92-8d15-2ac94be07f31\`); this deny contradicts \`wide\`",
      "\`no\` takes away all that this rule does, from every token of it (for example for \`org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:0196b0c4-3f7a-7e92-8d15-2ac94be07f31\`); what \`zero\` takes away, this rule takes away too",
    ]
  `);
});

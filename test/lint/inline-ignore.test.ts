/** Comments that silence a lint rule for the next line, and what becomes of those that do not. */
import { expect, test } from '@jest/globals';
import { lintPolicy, type LintOptions } from '../../src/lint/lint-policy.ts';
import { NOW } from './places.ts';

const SCHEMA = '# yaml-language-server: $schema=.policy.schema.json';
const IGNORE = '# countersign-ignore missing-description -- the id says it';

/** A policy in which `missing-description` finds the rule in the line after `above`. */
const policy = (above: readonly string[], eol = '\n'): string =>
  [
    SCHEMA,
    'version: 1',
    'issuers: { a: { url: https://a.example.com, audiences: [https://secrets.example.com] } }',
    'rules:',
    ...above,
    '  - id: only',
    '    effect: deny',
    '    when: { issuer: a, subject: ada }',
    '',
  ].join(eol);

const found = (text: string, options: Partial<LintOptions> = {}): readonly string[] =>
  lintPolicy([{ file: 'policy.yaml', text }], { now: NOW, ...options }).map(
    ({ code, at }) => `${at.line}:${at.column}-${at.endColumn} ${code}`,
  );

test.each<[name: string, above: readonly string[], expected: readonly string[]]>([
  ['finds what no comment allows', [], ['5:9-13 missing-description']],
  ['is silent where a comment gives a reason', [`  ${IGNORE}`], []],
  ['takes a comment from any column', [IGNORE], []],
  ['takes a comment with tabs and no space', ['\t#countersign-ignore missing-description\t--\twhy'], []],
  [
    'wants a reason',
    ['  # countersign-ignore missing-description'],
    ['5:3-43 ignore-without-reason', '6:9-13 missing-description'],
  ],
  [
    'wants a reason that says something',
    ['  # countersign-ignore missing-description --   '],
    ['5:3-46 ignore-without-reason', '6:9-13 missing-description'],
  ],
  [
    'wants an id',
    ['  # countersign-ignore -- everything is fine'],
    ['5:3-45 ignore-without-reason', '6:9-13 missing-description'],
  ],
  ['finds a comment for another line', [`  ${IGNORE}`, ''], ['5:3-61 unused-ignore', '7:9-13 missing-description']],
  [
    'finds a comment for another lint rule',
    ['  # countersign-ignore rule-expired -- why'],
    ['5:3-43 unused-ignore', '6:9-13 missing-description'],
  ],
  [
    'finds a comment for what is no lint rule',
    ['  # countersign-ignore no-such-rule -- why'],
    ['5:3-43 unused-ignore', '6:9-13 missing-description'],
  ],
  [
    'lets all of several comments reach the line',
    [`  ${IGNORE}`, '  # countersign-ignore rule-expired -- one'],
    ['6:3-43 unused-ignore'],
  ],
  [
    'takes no other comment for one',
    ['  # countersign-ignored missing-description -- why'],
    ['6:9-13 missing-description'],
  ],
])('%s', (_name, above, expected) => {
  expect(found(policy(above))).toEqual(expected);
});

test('reads lines that end with CRLF', () => {
  expect(found(policy([`  ${IGNORE}`], '\r\n'))).toEqual([]);
  expect(found(policy(['  # countersign-ignore missing-description'], '\r\n'))).toEqual([
    '5:3-43 ignore-without-reason',
    '6:9-13 missing-description',
  ]);
});

test('two comments silence two lines', () => {
  const two = `${policy([`  ${IGNORE}`])}  ${IGNORE}\n  - { id: second, effect: deny, when: { issuer: a, subject: bob } }\n`;
  expect(found(two)).toEqual([]);
});

test('one comment silences all that its lint rule finds in the line', () => {
  const one = policy([`  ${IGNORE}`]).replace(
    /^ {2}- id: only[\s\S]*/m,
    '  [{ id: b, effect: deny, when: { issuer: a, subject: b } }, { id: c, effect: deny, when: { issuer: a, subject: c } }]\n',
  );
  expect(found(one)).toEqual([]);
});

test('counts no comment where comments do not count', () => {
  const only = ['6:9-13 missing-description'];
  expect(found(policy([`  ${IGNORE}`]), { inlineIgnores: false })).toEqual(only);
  expect(found(policy(['  # countersign-ignore rule-expired']), { inlineIgnores: false })).toEqual(only);
});

test.each<[name: string, comment: string, id: string]>([
  ['without a reason', '# countersign-ignore missing-description', 'ignore-without-reason'],
  ['without a use', '# countersign-ignore rule-expired -- why', 'unused-ignore'],
])('a comment %s is as grave as its level says, and not to be ignored', (_name, comment, id) => {
  const severityAt = (levels: LintOptions['levels'] = {}): unknown =>
    lintPolicy([{ file: 'policy.yaml', text: policy([comment]) }], { now: NOW, levels }).find(({ code }) => code === id)
      ?.severity;
  expect([severityAt(), severityAt({ [id]: 'error' }), severityAt({ [id]: 'off' })]).toEqual([
    'warning',
    'error',
    undefined,
  ]);
  const above = `# countersign-ignore ${id} -- why`;
  expect(found(policy([above, comment]))).toEqual(
    expect.arrayContaining([`5:1-${above.length + 1} unused-ignore`, `6:1-${comment.length + 1} ${id}`]),
  );
});

test('a comment in one file does not reach another', () => {
  const silent = { file: 'a.yaml', text: policy([`  ${IGNORE}`]) };
  const loud = {
    file: 'b.yaml',
    text: `${SCHEMA}\nversion: 1\n\n\n\nrules:\n  [{ id: b, effect: deny, when: { issuer: a, subject: b } }]\n`,
  };
  const codes = lintPolicy([silent, loud], { now: NOW }).map(({ code, at }) => `${at.file} ${code}`);
  expect(codes).toEqual(['b.yaml missing-description']);
});

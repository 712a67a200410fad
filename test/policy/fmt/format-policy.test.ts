import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STARTER_POLICY } from '../../../src/cli/starter-policy.ts';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';

const policies = join(import.meta.dirname, '../../../policies');

const format = (text: string, file = 'p.yaml'): string | undefined => formatPolicy({ file, text }).text;

/** What is formatted, and what comes out. */
const LAYOUTS: readonly (readonly [what: string, given: string, expected: string])[] = [
  [
    'puts the keys of a file and of an issuer in order',
    `rules: []
issuers:
  a: { audiences: [x], url: https://a.example, unknown: 1, jwks: { file: k }, subject: opaque }
  b: { maxTokenAge: 1h, clockSkew: 1s, maxLifetime: 1h, tokenType: [JWT], algorithms: [RS256] }
version: 1
$schema: s
`,
    `$schema: s
version: 1
issuers:
  a: { url: https://a.example, subject: opaque, audiences: [x], jwks: { file: k }, unknown: 1 }
  b: { algorithms: [RS256], tokenType: [JWT], maxLifetime: 1h, clockSkew: 1s, maxTokenAge: 1h }
rules: []
`,
  ],
  [
    'puts the keys of a rule, its conditions, grants and times in order',
    `rules:
- valid: {until: x, from: y}
  ttl: 1m
  grants:
  - resources: [r]
    actions: [a]
  when:
    claims: {z: 1, a: 2}
    kind: user
    subject: s
    audience: a
    issuer: i
  mode: audit
  effect: allow
  description: d
  id: i
`,
    `rules:
  - id: i
    description: d
    effect: allow
    mode: audit
    when:
      issuer: i
      audience: a
      subject: s
      kind: user
      claims: { z: 1, a: 2 }
    grants:
      - actions: [a]
        resources: [r]
    ttl: 1m
    valid: { from: "y", until: x }
`,
  ],
  [
    'leaves the order of issuers, claims and rules, and of keys it does not know',
    'issuers: { z: {}, a: {} }\nrules: [{ id: b }, { id: a }]\nzebra: { version: 1, id: 2 }\nant:\n',
    'issuers: { z: {}, a: {} }\nrules: [{ id: b }, { id: a }]\nzebra: { version: 1, id: 2 }\nant:\n',
  ],
  [
    'moves comments with their keys, and leaves the editor line and the head of the file',
    `# yaml-language-server: $schema=x
# Head.

# Rules.
rules: [] # none
# Version.
version: 1
# End.
`,
    `# yaml-language-server: $schema=x
# Head.

# Version.
version: 1
# Rules.
rules: [] # none
# End.
`,
  ],
  [
    'keeps the editor line first even where the first key moves',
    '# yaml-language-server: $schema=x\nrules: []\nversion: 1\n',
    '# yaml-language-server: $schema=x\nversion: 1\nrules: []\n',
  ],
  [
    'keeps comments above, behind, between and at the end of every level',
    `rules:    # of ours
- # one
  id: a
  when:
      # whose
      issuer: i
      # after issuer
    # end of rule
# two
- id: b # b
  grants:
  - actions:
    - read # r
    # end of grant
  # end of rule b
# end of file
`,
    `rules: # of ours
  # one
  - id: a
    when:
      # whose
      issuer: i
      # after issuer
    # end of rule
  # two
  - id: b # b
    grants:
      - actions:
          - read # r
        # end of grant
    # end of rule b
# end of file
`,
  ],
  [
    'breaks brackets that hold comments',
    'a: [x, # one\n  y, # two\n  # three\n]\nb: { c: d } # e\nf: [ # g\n]\n',
    'a:\n  - x # one\n  - "y" # two\n  # three\nb: { c: d } # e\n# g\nf: []\n',
  ],
  [
    'keeps the comment behind brackets that it breaks',
    'a: [x, # one\n  w] # two\n',
    'a:\n  - x # one\n  - w\n  # two\n',
  ],
  ['separates a comment from its sign', '#a\n#!b\n##c\n#\nversion: 1\n', '# a\n# !b\n## c\n#\nversion: 1\n'],
  ['makes one blank line of many', '\n\nversion: 1\n\n \n\nrules: []\n\n\n', 'version: 1\n\nrules: []\n'],
  [
    'drops blank lines at the start of a block',
    'rules:\n\n  - id: a\n\n  - id: b\n',
    'rules:\n  - id: a\n\n  - id: b\n',
  ],
  ['keeps paragraphs where keys move', 'rules: []\n\nversion: 1\n', 'version: 1\n\nrules: []\n'],
  ['keeps blocks, however short', 'a:\n  - x\nb:\n  c: d\n', 'a:\n  - x\nb:\n  c: d\n'],
  [
    'puts single spaces into brackets',
    'a: [x,z ,  w]\nb: {c:   d,e: [ ],f: { }}\n',
    'a: [x, z, w]\nb: { c: d, e: [], f: {} }\n',
  ],
  ['joins brackets that fit on a line', 'a: [\n  x,\n  z,\n]\n', 'a: [x, z]\n'],
  ['leaves brackets that end at column 100', `a: [${'x'.repeat(95)}]\n`, `a: [${'x'.repeat(95)}]\n`],
  ['breaks brackets that reach column 101', `a: [${'x'.repeat(96)}] # c\n`, `a: # c\n  - ${'x'.repeat(96)}\n`],
  ['makes a pair in a list a map', 'a: [b: c]\n', 'a: [{ b: c }]\n'],
  ['sets a list in a list on one line with it', 'a:\n-\n  - x\n  - z\n', 'a:\n  - - x\n    - z\n'],
  ['takes the question mark off a key', '? a\n: b\n', 'a: b\n'],
  [
    'leaves the question mark at a key too long without',
    `? ${'k'.repeat(1100)}\n: - v\n`,
    `? ${'k'.repeat(1100)}\n:\n  - v\n`,
  ],
  ['leaves what is not there unsaid', 'version:\nrules:\n  -\n  - id: # c\n', 'version:\nrules:\n  -\n  - id: # c\n'],
  ['takes off document markers', '---\nversion: 1\n...\n', 'version: 1\n'],
  ['turns line ends of Windows into plain ones', 'version: 1\r\n# c\r\nrules: []\r\n', 'version: 1\n# c\nrules: []\n'],
  ['ends the last line', 'version: 1', 'version: 1\n'],
  ['leaves nothing as it is', '', ''],
  ['keeps a file of comments', '\n# a\n\n\n# b', '# a\n\n# b\n'],
  ['formats what is no map', '  "x"', 'x\n'],
  [
    'keeps the lines of long texts',
    "a: |  # c\n    b\n      c\nd: >\n    e\n    f\n\n    g\nh: i\n    j\nk: 'l\n    m'\n",
    'a: | # c\n  b\n    c\nd: >\n  e\n  f\n\n  g\nh: i\n  j\nk: "l\n  m"\n',
  ],
  ['quotes a text whose lines end in spaces', 'a: |\n  b  \n  c\n', 'a: "b  \\nc\\n"\n'],
  ['leaves a long text on its line', `a: ${'word '.repeat(40)}end\n`, `a: ${'word '.repeat(40)}end\n`],
];

/** Scalars: as the author wrote them, and their canonical form. */
const SCALARS: readonly (readonly [given: string, expected: string])[] = [
  ['"abc"', 'abc'],
  ["'abc'", 'abc'],
  ['"https://a.example/x_y-z"', 'https://a.example/x_y-z'],
  ['"a@b.example"', 'a@b.example'],
  ['a@b.example', 'a@b.example'],
  ['"two words"', '"two words"'],
  ["'two words'", '"two words"'],
  ['two words, and a comma', 'two words, and a comma'],
  ["don't", "don't"],
  ["'it''s \"so\"'", '"it\'s \\"so\\""'],
  ['1', '1'],
  ['1.0', '1.0'],
  ['-0', '-0'],
  ['true', 'true'],
  ['null', 'null'],
  ['~', '~'],
  ...['1', '1.0', '-5', '0x1F', '1e3', '.5', '0777', '1_000', '12:30', '.inf', '.NaN', '+1'].map(asQuoted),
  ...['true', 'False', 'yes', 'No', 'on', 'off', 'y', 'null', '~', ''].map(asQuoted),
  ...['2026-01-01', '2026-01-01T00:00:00Z'].map(asQuoted),
  ...['secret/**', 'a#b', 'a: b', 'a:', '${subject.org}', 'a[0]', 'a&b', 'a!', 'a|b', 'a>b', '@a', '`a`', '50%'].map(
    asQuoted,
  ),
  ...[' a', 'a ', '- a', '-', '? a', ',a', '---', '...', '<<', '='].map(asQuoted),
  ...['secret/**', 'a${b}', 'a[0]', 'a&b', 'a!', 'a|b', 'a>b', 'a`b', '50%', '12:30', '1_000', '=', '2026-01-01'].map(
    (text) => [text, JSON.stringify(text)] as const,
  ),
  ['yes', '"yes"'],
  ['a#b', '"a#b"'],
  ['0777', '"0777"'],
  ['15m', '15m'],
  ['"15m"', '15m'],
  ['-a', '-a'],
  ['"a\\tb"', '"a\\tb"'],
  ['"\\u200b"', '"\\u200b"'],
  ['"\\U000E0001"', '"\\udb40\\udc01"'],
  ['I \u2764\ufe0f it', 'I \u2764\ufe0f it'],
];

function asQuoted(text: string): readonly [string, string] {
  return [JSON.stringify(text), JSON.stringify(text)];
}

describe('formatPolicy', () => {
  test.each(LAYOUTS)('%s', (_what, given, expected) => {
    expect(format(given)).toBe(expected);
    expect(format(expected)).toBe(expected);
  });

  test.each(SCALARS)('writes the value %s as %s', (given, expected) => {
    expect(format(`a: ${given}\n`)).toBe(`a: ${expected}\n`);
  });

  test('quotes in brackets what a comma would break', () => {
    expect(format('a: ["b, c", \'d\', e f]\n')).toBe('a: ["b, c", d, e f]\n');
  });

  test('quotes keys as it does values', () => {
    expect(format('"a": 1\n"b c": 1\n"yes": 1\n"1": 1\n\'/d\': 1\n')).toBe('a: 1\n"b c": 1\n"yes": 1\n"1": 1\n/d: 1\n');
  });

  test('writes JSON files as JSON', () => {
    expect(format('{"rules":[{"ttl":"1m","id":"a"}],"issuers":{},\n\n"version":1}', 'p.json')).toBe(
      `${JSON.stringify({ version: 1, issuers: {}, rules: [{ id: 'a', ttl: '1m' }] }, null, 2)}\n`,
    );
  });

  test('keeps comments in JSON files too', () => {
    expect(format('# a\n{"version": 1, # b\n# c\n} # d\n', 'p.json')).toBe(
      '# a\n{\n  "version": 1\n  # b\n  # c\n}\n# d\n',
    );
  });

  test.each([
    ['a: &b c', ['yaml-anchor']],
    ['a: *b', ['yaml-alias']],
    ['a: !b c', ['yaml-tag']],
    ['%YAML 1.2\n---\na: b', ['yaml-directive']],
    ['a: b\n---\nc: d', ['yaml-several-documents']],
    ['<<: { a: b }', ['yaml-merge-key']],
    ['a: b\na: c', ['duplicate-key']],
    ['1: b', ['key-not-string']],
    ['a: 0x1F', ['ambiguous-scalar']],
    ['a: [b', ['yaml-syntax']],
    ['a: org:a #b', ['glued-comment']],
    ['\ufeffa: b', ['byte-order-mark']],
    ['a: \u200b', ['invisible-character']],
  ])('says what keeps %j from being read, and gives no text', (text, codes) => {
    const { text: formatted, diagnostics } = formatPolicy({ file: 'p.yaml', text });
    expect(formatted).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(diagnostics[0]?.at.file).toBe('p.yaml');
  });

  test.each(readdirSync(policies).filter((name) => /^[^.]*\.yaml$/.test(name)))(
    'has nothing to do in policies/%s',
    (name) => {
      const text = readFileSync(join(policies, name), 'utf8');
      expect(format(text)).toBe(text);
    },
  );

  test('has nothing to do in what `init` writes', () => {
    expect(format(STARTER_POLICY)).toBe(STARTER_POLICY);
  });
});

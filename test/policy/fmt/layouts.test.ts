import { describe, expect, test } from '@jest/globals';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';

const LONG_KEY = 'k'.repeat(1000);

/** Comments, blank lines and texts of several lines where authors rarely put them. */
const YAML: readonly (readonly [given: string, expected: string])[] = [
  ['a: 1 # b  \n', 'a: 1 # b\n'],
  ['a: 1 # b #c\n', 'a: 1 # b #c\n'],
  [`${LONG_KEY}: 1\n`, `${LONG_KEY}: 1\n`],
  [`a:\n  ? ${LONG_KEY}k\n  : 1\n`, `a:\n  ? ${LONG_KEY}k\n  : 1\n`],
  [`a:\n  ? ${LONG_KEY}k\n  : [${'x'.repeat(90)}]\n`, `a:\n  ? ${LONG_KEY}k\n  : [${'x'.repeat(90)}]\n`],
  ['z: 1\na: [ # b\n\n# c\n]\n', 'z: 1\n# b\n# c\na: []\n'],
  ['a\nb\n', 'a b\n'],
  ['"a\n  b"\n', '"a b"\n'],
  ['a: {b, c: }\n', 'a: { b: null, c: null }\n'],
  ['a: "b|c\n  d" # e\n', 'a: "b|c\n  d" # e\n'],
  ['a: |\n  b\nc: >-\n  d\n  e\n', 'a: |\n  b\nc: >-\n  d\n  e\n'],
  ['- b\n\n- a\n', '- b\n\n- a\n'],
  ['- version: 1\n  $schema: a\n', '- version: 1\n  $schema: a\n'],
  ['? a # b\n: c\n', '# b\na: c\n'],
  ['? a # b\n: # c\n  - d\n', 'a: # b\n  # c\n  - d\n'],
  ['? a\n: # c\n  - d\n', 'a: # c\n  - d\n'],
  ['a: # b\n', 'a: # b\n'],
  ['a:\n  # b\n', 'a:\n# b\n'],
  ['? a\n: # b\nc: 1\n', 'a: # b\nc: 1\n'],
  ['? a\n# b\n: c\n', '# b\na: c\n'],
  ['a: [b: c # d\n]\n', 'a:\n  - { b: c } # d\n'],
  ['a: [b: c, # d\n  e]\n', 'a:\n  - { b: c } # d\n  - e\n'],
  ['a: [{b: c}, # d\n  e]\n', 'a:\n  - { b: c } # d\n  - e\n'],
  ['a: [[b], # d\n  e]\n', 'a:\n  - [b] # d\n  - e\n'],
  ['- # a\n- b\n', '- # a\n- b\n'],
  ['-\n  # a\n- b\n', '-\n# a\n- b\n'],
  ['a:\n- # b\n  - c\n', 'a:\n  # b\n  - - c\n'],
  ['a:\n- # b\n  c: d\n', 'a:\n  # b\n  - c: d\n'],
  ['# a\n\n- b # c\n', '# a\n\n- b # c\n'],
  ['# a\n[b] # c\n', '# a\n[b] # c\n'],
  ['# a\nb # c\n# d', '# a\nb # c\n# d\n'],
  ['{a: b} # c\n# d\n', '{ a: b } # c\n# d\n'],
  ['a: b # c', 'a: b # c\n'],
  ['# a\n\n# b\n- c\n', '# a\n\n# b\n- c\n'],
  ['a: 1 # b\n\n\n# c\n', 'a: 1 # b\n\n# c\n'],
  ['a: |\n\n  b\n', 'a: |\n\n  b\n'],
  ['a: |\n  \n', 'a: ""\n'],
  ['a: |2\n    b\n   c\n', 'a: "  b\\n c\\n"\n'],
  ['a: |+\n  b\n\n', 'a: "b\\n\\n"\n'],
  ['a: >\n    b\n      c\n    d\n', 'a: >\n  b\n    c\n  d\n'],
  ['a: >\n\n  b\n  c\n', 'a: >\n\n  b\n  c\n'],
  ['a: >+\n  b\n\n', 'a: "b\\n\\n"\n'],
  ['a: "b\n\n  c"\n', 'a: "b\n\n  c"\n'],
  ['a: "b \\\n  c"\n', 'a: "b \\\n  c"\n'],
  ['a: "b\\\n  \\ c"\n', 'a: "b\\\n  \\ c"\n'],
  ["a: 'b\n\n  c'\n", 'a: "b\n\n  c"\n'],
  ["a: 'b ''c''\n  d\"e\\'\n", 'a: "b \'c\'\n  d\\"e\\\\"\n'],
  ['a: b\n  c\n\n  d\n', 'a: b\n  c\n\n  d\n'],
  ['a: b\n  yes\n', 'a: b\n  yes\n'],
  ['a: b &c\n  d "e" \\f\n', 'a: "b &c\n  d \\"e\\" \\\\f"\n'],
  ['a: "b\n  : c"\n', 'a: "b\n  : c"\n'],
  ['a: "\n  b"\n', 'a: "\n  b"\n'],
  ['- |\n  a\n  b\n', '- |\n  a\n  b\n'],
  ['|\n  a\n', '"a\\n"\n'],
  ['a:\n  b: |-\n    c\n     d\n', 'a:\n  b: |-\n    c\n     d\n'],
  ['a: >-\n  b\n  c\n', 'a: >-\n  b\n  c\n'],
  ['a: |-\n\n  b\n', 'a: |-\n\n  b\n'],
  ['a: |\n  b\n   \n  c\n', 'a: "b\\n \\nc\\n"\n'],
  ['a: [\n  "b\n  c"\n]\n', 'a: ["b c"]\n'],
  ['x: 1\n\n# a\n\ny: 2\n', 'x: 1\n\n# a\n\n"y": 2\n'],
  ['a: {b: c, # d\n}\n', 'a:\n  b: c # d\n'],
  ['a: { # b\n  c: d }\n', 'a:\n  # b\n  c: d\n'],
  ['rules: { b: 1 # c\n}\nversion: 1\n', 'version: 1\nrules:\n  b: 1 # c\n'],
];

const JSON_FILES: readonly (readonly [given: string, expected: string])[] = [
  ['# a\n\n{"a": 1}\n\n# b\n', '# a\n{\n  "a": 1\n}\n# b\n'],
  [
    '{"a": 1.0, "b": TRUE, "c": ~, "d": "\\u200b", "e": False}',
    '{\n  "a": 1.0,\n  "b": true,\n  "c": null,\n  "d": "\\u200b",\n  "e": false\n}\n',
  ],
  ['a: # b\n  - c # d\n', '{\n  # b\n  "a": [\n    "c"\n    # d\n  ]\n}\n'],
  ['# a\n', '# a\n'],
  ['- a # b\n-\n', '[\n  "a",\n  # b\n  null\n]\n'],
];

describe.each([
  ['p.yaml', YAML],
  ['p.json', JSON_FILES],
])('in %s', (file, rows) => {
  test.each(rows)('%j becomes %j, and stays so', (text, expected) => {
    expect(formatPolicy({ file, text })).toEqual({ text: expected, diagnostics: [] });
    expect(formatPolicy({ file, text: expected }).text).toBe(expected);
  });
});

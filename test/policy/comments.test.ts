/** Which comments are comments: those a reader would take for part of a value refuse to load. */
import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../src/policy/parse.ts';

const codes = (text: string): readonly string[] =>
  parsePolicy([{ file: 'p.yaml', text }]).diagnostics.map(({ code }) => code);

test.each<[name: string, text: string, expected: readonly string[]]>([
  ['at the start of the file', '#a\nversion: 1\n', []],
  ['behind a value, with a space', '$schema: a # b\nversion: 1\n', []],
  ['behind a value, with a space and another sign', '$schema: a # b#c #d\nversion: 1\n', []],
  ['behind a value, glued to text', '$schema: a #b\nversion: 1\n', ['glued-comment']],
  ['behind a value, as two signs glued to text', '$schema: a ##b\nversion: 1\n', ['glued-comment']],
  ['behind a value, empty', '$schema: a #\nversion: 1\n', []],
  ['behind a quoted value', '$schema: "a" #b\nversion: 1\n', []],
  ['on a line of its own', '$schema: a\n#b\nversion: 1\n', []],
  ['below a block scalar', '$schema: |\n  a\n#b\nversion: 1\n', []],
  ['below an empty block scalar', '$schema: |\n#b\nversion: 1\n', []],
  ['behind the head of a block scalar', '$schema: | #b\n  a\nversion: 1\n', []],
  ['inside a block scalar, where it is text', '$schema: |\n  a #b\nversion: 1\n', []],
])('a comment %s', (_name, text, expected) => {
  expect(codes(text)).toEqual(expected);
});

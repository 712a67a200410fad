import { expect, test } from '@jest/globals';
import { inline, quote, visible } from '../../src/policy/quote.ts';

const deep: unknown = Array.from({ length: 100_000 }).reduce((inner: unknown) => [inner], 1);

test.each<[what: string, value: unknown, shown: string]>([
  ['a text as it is', 'a b', '`a b`'],
  ['an empty text', '', '``'],
  ['a number', 42, '`42`'],
  ['a boolean', true, '`true`'],
  ['null', null, '`null`'],
  ['a list as JSON', ['a', 1], '`["a",1]`'],
  ['a map as JSON', { a: 'b' }, '`{"a":"b"}`'],
  ['what is not there', undefined, 'nothing'],
  ['what JSON cannot say', () => 1, '`undefined`'],
  ['what is too deep', deep, '`a value too deep to show`'],
  ['a line end', 'a\nb', '`a\\nb`'],
  ['a quotation mark', 'a"b', '`a\\"b`'],
  ['a backtick', 'a`b`', '`a\\u{60}b\\u{60}`'],
  ['a backtick inside a list', ['`'], '`["\\u{60}"]`'],
  ['what hides', 'a\u202eb', '`a\\u{202e}b`'],
  ['200 characters', 'x'.repeat(200), `\`${'x'.repeat(200)}\``],
  ['201 characters', `${'x'.repeat(200)}y`, `\`${'x'.repeat(200)}…\``],
])('quotes %s', (_what, value, shown) => {
  expect(quote(value)).toBe(shown);
});

test.each<[value: unknown, shown: string]>([
  ['a`b', 'a\\u{60}b'],
  [[1], '[1]'],
  [undefined, 'undefined'],
])('shows %j inline as %s', (value, shown) => {
  expect(inline(value)).toBe(shown);
});

test.each<[text: string, shown: string]>([
  ['äöü 世界 😀 → …', 'äöü 世界 😀 → …'],
  ['`"\\', '`"\\'],
  ['a\tb\r\nc', 'a\\u{9}b\\u{d}\\u{a}c'],
  ['\u0000\u00a0\u2800\u{e0001}\ud800', '\\u{0}\\u{a0}\\u{2800}\\u{e0001}\\u{d800}'],
])('makes %j visible', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

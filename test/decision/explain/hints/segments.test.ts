import { expect, test } from '@jest/globals';
import { segmentHints } from '../../../../src/decision/explain/hints/segments.ts';
import { compileGlob } from '../../../../src/policy/glob/glob.ts';
import { bare } from '../facts.ts';

const compile = (pattern: string) => (value: string) => compileGlob(pattern).matches(value);
const of = (count: number): string => Array.from({ length: count }, (_, i) => `s${String(i)}`).join('/');

const rows: readonly (readonly [pattern: string, value: string, code: string])[] = [
  ['a/**', 'a', 'double-star-needs-a-segment'],
  ['a/**', 'b', 'nothing'],
  ['a/*', 'b', 'nothing'],
  ['ab/cd', 'ab', 'one-segment-less'],
  ['a/*', 'a/b/c', 'one-segment-more'],
  ['a', 'a/b', 'one-segment-more'],
  ['a/*/c', 'a/c', 'one-segment-less'],
  ['a/b', 'a', 'one-segment-less'],
  ['a/b', 'x/y', 'nothing'],
  ['a', 'b', 'nothing'],
  [of(31), of(32), 'one-segment-more'],
  [of(32), of(33), 'nothing'],
  [of(32), of(31), 'one-segment-less'],
  [of(33), of(32), 'nothing'],
  ['*', of(33), 'nothing'],
];

test.each(rows)('of `%s` for `%s` hints at %s', (expected, actual, code) => {
  const hints = code === 'nothing' ? [] : [{ code, expected, actual }];
  expect(bare(segmentHints(expected, actual, compile))).toEqual(hints);
});

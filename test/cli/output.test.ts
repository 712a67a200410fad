import { describe, expect, test } from '@jest/globals';
import { distanceInWords, timestamp } from '../../src/policy/time-in-words.ts';
import { wrap } from '../../src/cli/output/wrap.ts';

describe('times in words', () => {
  test.each([
    [1000 + 3599, 'in 59 min'],
    [1000 + 90, 'in 90 s'],
    [1000 + 7200, 'in 2 h'],
    [1000, '0 s ago'],
    [1000 - 3 * 86_400, '3 d ago'],
    [1000 - 800 * 86_400, '2 y ago'],
    [1e300, expect.stringMatching(/^in .* y$/)],
  ])('%p, at 1000, is %p', (time, words) => {
    expect(distanceInWords(time, 1000)).toEqual(words);
  });

  test.each([
    [1_800_000_000, '2027-01-15T08:00:00Z'],
    [1_800_000_000.9, '2027-01-15T08:00:00Z'],
    [1e300, '1e+300'],
    [-1e15, '-1000000000000000'],
  ])('shows %p as %s', (time, shown) => {
    expect(timestamp(time)).toBe(shown);
  });
});

describe('wrapping', () => {
  test.each([
    ['', 5, ['']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['abcdefgh ij', 3, ['abc', 'def', 'gh', 'ij']],
    ['a abcdef', 4, ['a', 'abcd', 'ef']],
  ])('%j to %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

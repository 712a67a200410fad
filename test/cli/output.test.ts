import { describe, expect, test } from '@jest/globals';
import { wrap } from '../../src/cli/output/wrap.ts';

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

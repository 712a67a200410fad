import { describe, expect, test } from '@jest/globals';
import { nearest, suggest } from '../../src/policy/suggest.ts';

describe('the nearest of candidates', () => {
  test.each<[what: string, word: string, candidates: readonly string[], found: string | undefined]>([
    ['is the same word', 'abc', ['abd', 'abc'], 'abc'],
    ['is the same word in another case', 'ABC', ['abd', 'abc'], 'abc'],
    ['is the first of two as near', 'abcd', ['abce', 'abcf'], 'abce'],
    ['is the nearer one, also if it comes second', 'abcdef', ['abcdxy', 'abcdex'], 'abcdex'],
    ['is none of none', 'abc', [], undefined],
    ['may be one edit away for two letters', 'ab', ['xb'], 'xb'],
    ['may not be two edits away for two letters', 'ab', ['xyb'], undefined],
    ['may only differ in case for one letter', 'a', ['b', 'A'], 'A'],
    ['may not be one edit away for one letter', 'a', ['b'], undefined],
    ['may be one edit away for five letters', 'abcde', ['abcdx'], 'abcdx'],
    ['may not be two edits away for five letters', 'abcde', ['abcxy'], undefined],
    ['may be two edits away for six letters', 'abcdef', ['abcdxy'], 'abcdxy'],
    ['may not be three edits away for six letters', 'abcdef', ['abcxyz'], undefined],
    ['may be four edits away for twelve letters', 'abcdefghijkl', ['abcdefghwxyz'], 'abcdefghwxyz'],
    ['may lack letters', 'audiennce', ['audience'], 'audience'],
    ['may have more letters', 'audince', ['audience'], 'audience'],
    ['has letters before it', 'xdeny', ['deny'], 'deny'],
    ['counts letters that moved from the end to the start', 'cdefgyy', ['xxcdefg'], undefined],
    ['counts letters that moved from the start to the end', 'xxcdefg', ['cdefgyy'], undefined],
    ['swaps neighbours as one edit', 'acbd', ['abcd'], 'abcd'],
    ['swaps the first two as one edit', 'bacd', ['abcd'], 'abcd'],
    ['swaps the last two as one edit', 'abdc', ['abcd'], 'abcd'],
    ['counts an edit before a swap', 'yacb', ['xabc'], undefined],
    ['counts an edit behind a swap', 'bacx', ['abcd'], undefined],
    ['takes no half of a swap, of its left', 'abc', ['xac'], undefined],
    ['takes no half of a swap, of its right', 'abc', ['bxc'], undefined],
    ['swaps twice', 'bacdfe', ['abcdef'], 'abcdef'],
  ])('%s', (_what, word, candidates, found) => {
    expect(nearest(word, candidates)).toBe(found);
  });

  test.each<[most: number, candidate: string, found: boolean]>([
    [0, 'abcdef', true],
    [0, 'abcdex', false],
    [1, 'abcdex', true],
    [1, 'abcdxy', false],
    [9, 'abcxyz', false],
  ])('is at most %i edits from abcdef where so many are asked for: %s, %s', (most, candidate, found) => {
    expect(nearest('abcdef', [candidate], most)).toBe(found ? candidate : undefined);
  });
});

describe('a suggestion', () => {
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `name-${String(i).padStart(3, '0')}`);

  test.each<[what: string, word: string, candidates: readonly string[], help: string | undefined]>([
    ['asks for the nearest', 'alow', ['deny', 'allow'], 'did you mean `allow`?'],
    ['quotes it', 'a`b', ['a`c'], 'did you mean `a\\u{60}c`?'],
    ['names the only one', 'x', ['allow'], 'known are `allow`'],
    ['names all where none is near', 'x', ['deny', 'allow'], 'known are `deny`, `allow`'],
    [
      'names twelve',
      'x',
      names(12),
      `known are ${names(12)
        .map((name) => `\`${name}\``)
        .join(', ')}`,
    ],
    ['names no thirteen', 'x', names(13), undefined],
    ['has nothing to say of nothing', 'x', [], undefined],
    ['looks through 256', 'name-255', names(256), 'did you mean `name-255`?'],
    ['looks not through 257', 'name-255', names(257), undefined],
    [
      'compares 64 characters',
      'a'.repeat(64) + 'b'.repeat(64),
      ['a'.repeat(64)],
      `did you mean \`${'a'.repeat(64)}\`?`,
    ],
  ])('%s', (_what, word, candidates, help) => {
    expect(suggest(word, candidates)).toBe(help);
  });
});

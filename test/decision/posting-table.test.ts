/** Held against plain lists, at every size at which a table grows and at those just beside. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Postings, PostingTable } from '../../src/decision/posting-table.ts';
import { runsOf } from '../runs.ts';

type Pair = readonly [key: number, number: number];

function tableOf(pairs: readonly Pair[]): PostingTable {
  const postings = new Postings();
  for (const [key, number] of pairs) postings.add(key, number);
  return new PostingTable(postings);
}

function under(table: PostingTable, key: number): readonly number[] {
  const found: number[] = [];
  table.collect(key, found);
  return found;
}

function expectPlain(pairs: readonly Pair[], absent: readonly number[]): void {
  const plain = new Map<number, number[]>();
  for (const [key, number] of pairs) plain.set(key, [...(plain.get(key) ?? []), number]);
  const table = tableOf(pairs);
  for (const [key, numbers] of plain) expect(under(table, key)).toEqual(numbers);
  for (const key of absent) if (!plain.has(key)) expect(under(table, key)).toEqual([]);
  const crowded = [...plain].filter(([, numbers]) => numbers.length > 2).map(([key]) => key);
  expect([...table.crowded(2)].sort()).toEqual(crowded.sort());
}

const kinds: readonly (readonly [name: string, key: (i: number) => number])[] = [
  ['neighbouring keys', (i) => i],
  ['keys that differ in their upper half alone', (i) => i * 0x1_0000],
  ['the greatest keys', (i) => 2 ** 32 - 1 - i],
];

describe('a posting table', () => {
  test.each(kinds)('yields what was filed, and nothing else, under %s', (_, key) => {
    for (let count = 0; count <= 50; count++) {
      const keys = Array.from({ length: count }, (__, i) => key(i));
      const once = keys.map((one, i): Pair => [one, i]);
      const several = [...once, ...once.filter((__, i) => i % 2 === 0), ...once.filter((__, i) => i % 3 === 0)];
      const absent = Array.from({ length: 64 }, (__, i) => key(count + i));
      for (const pairs of [once, several]) expectPlain(pairs, absent);
    }
  });

  test('yields, for every key, the numbers that were filed under it, in order', () => {
    const pairs = fc.array(fc.tuple(fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 2 ** 32 - 1 })), fc.nat(1e6)));
    fc.assert(
      fc.property(pairs, (filed) => expectPlain(filed, [4])),
      { numRuns: runsOf() },
    );
  });

  test('appends to what was found before', () => {
    const table = tableOf([[1, 10], [2, 20], [2, 21]]); // prettier-ignore
    const found = [5];
    for (const key of [2, 3, 1]) table.collect(key, found);
    expect(found).toEqual([5, 20, 21, 10]);
  });

  test('names the keys with more than so many numbers', () => {
    const table = tableOf([[1, 0], [2, 0], [2, 1], [3, 0], [3, 1], [3, 2]]); // prettier-ignore
    const crowded = (few: number): readonly number[] => [...table.crowded(few)].sort();
    expect([crowded(0), crowded(1), crowded(2), crowded(3)]).toEqual([[1, 2, 3], [2, 3], [3], []]);
  });
});

test('postings leave out the pairs of some keys', () => {
  const postings = new Postings();
  for (const [key, number] of [[1, 10], [2, 20], [1, 11]] as const) postings.add(key, number); // prettier-ignore
  const rest = postings.without(new Set([1]));
  expect([rest.size, rest.keys[0], rest.numbers[0]]).toEqual([1, 2, 20]);
});

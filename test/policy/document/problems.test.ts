import { describe, expect, test } from '@jest/globals';
import { Problems } from '../../../src/policy/document/problems.ts';

const TEXT = 'abc\ndef\n';

describe('problems', () => {
  test('are plain data, with help only where there is some', () => {
    const problems = new Problems('a.yaml', TEXT);
    problems.add('wrong-type', { start: 0, end: 1 }, 'one');
    problems.add('wrong-type', { start: 1, end: 3 }, 'two', 'help');
    problems.add('wrong-type', { start: 4, end: 7 }, 'three', () => 'found');
    problems.add('wrong-type', { start: 7, end: 7 }, 'four', () => undefined);
    const found = { code: 'wrong-type', severity: 'error' };
    expect(problems.list()).toStrictEqual([
      { ...found, message: 'one', at: { file: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 } },
      { ...found, message: 'two', at: { file: 'a.yaml', line: 1, column: 2, endLine: 1, endColumn: 4 }, help: 'help' },
      {
        ...found,
        message: 'three',
        at: { file: 'a.yaml', line: 2, column: 1, endLine: 2, endColumn: 4 },
        help: 'found',
      },
      { ...found, message: 'four', at: { file: 'a.yaml', line: 2, column: 4, endLine: 2, endColumn: 4 } },
    ]);
  });

  test('stand in the order of the text', () => {
    const problems = new Problems('a.yaml', TEXT);
    for (const start of [5, 1, 4, 0]) problems.add('wrong-type', { start, end: 7 }, String(start));
    expect(problems.list().map(({ message }) => message)).toEqual(['0', '1', '4', '5']);
  });

  test('have one answer a place, the first, and several only for several parts', () => {
    const problems = new Problems('a.yaml', TEXT);
    const asked: string[] = [];
    const add = (message: string, end: number, part?: string) =>
      problems.add('missing-key', { start: 0, end }, message, () => String(asked.push(message)), part);
    add('first', 1);
    add('again', 1);
    add('longer', 2);
    add('a part', 1, 'url');
    add('a part again', 1, 'url');
    add('another part', 1, 'audiences');
    const answers = ['first', 'longer', 'a part', 'another part'];
    expect(problems.list().map(({ message }) => message)).toEqual(answers);
    expect(asked).toEqual(answers);
    expect(problems.count).toBe(4);
  });

  test('are 1,000 at most', () => {
    const problems = new Problems('a.yaml', 'x'.repeat(2000));
    const add = (start: number) => problems.add('wrong-type', { start, end: start + 1 }, 'x');
    for (let start = 0; start < 999; start++) add(start);
    expect(problems.full).toBe(false);
    add(999);
    expect(problems.full).toBe(true);
    add(1000);
    expect(problems.count).toBe(1000);
    expect(problems.list()).toHaveLength(1000);
  });
});

describe('a stretch from 4 to 6', () => {
  test.each<[start: number, end: number, touched: boolean]>([
    [4, 6, true],
    [4, 5, true],
    [5, 6, true],
    [5, 5, true],
    [3, 6, true],
    [4, 7, true],
    [3, 7, true],
    [0, 3, false],
    [7, 8, false],
    [3, 5, false],
    [5, 7, false],
  ])('is touched by a problem from %i to %i: %s', (start, end, touched) => {
    const problems = new Problems('a.yaml', 'x'.repeat(9));
    problems.add('wrong-type', { start, end }, 'x');
    expect(problems.touches({ start: 4, end: 6 })).toBe(touched);
  });

  test('is touched by one of several problems, and by none of none', () => {
    const problems = new Problems('a.yaml', 'x'.repeat(9));
    expect(problems.touches({ start: 4, end: 6 })).toBe(false);
    for (const start of [0, 5, 8]) problems.add('wrong-type', { start, end: start + 1 }, 'x');
    expect(problems.touches({ start: 4, end: 6 })).toBe(true);
  });
});

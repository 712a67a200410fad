import { expect, test } from '@jest/globals';
import { audiencesOf, isPlainText } from '../../src/decision/audience.ts';

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `a${String(i)}`);

test.each<[aud: unknown, names: readonly string[] | undefined]>([
  ['x', ['x']],
  ['', ['']],
  [
    ['x', 'y'],
    ['x', 'y'],
  ],
  [[], []],
  [many(64), many(64)],
  [many(65), undefined],
  [['x', 'x'], undefined],
  [['x', 1], undefined],
  [[['x']], undefined],
  ['x\n', undefined],
  [['x', 'y\u200b'], undefined],
  [{ length: 1, 0: 'x' }, undefined],
  [1, undefined],
  [null, undefined],
  [undefined, undefined],
])('the audiences of %j are %j', (aud, names) => {
  expect(audiencesOf({ aud })).toEqual(names);
});

test('an audience that is only inherited is none', () => {
  expect(audiencesOf(Object.create({ aud: 'x' }) as Record<string, unknown>)).toBeUndefined();
});

test.each<[text: string, isPlain: boolean]>([
  ['https://x.example/ ~', true],
  ['é 名 😀', true],
  ['a\u0000', false],
  ['a\u007f', false],
  ['é\u200b', false],
  ['\u202ea', false],
  ['\u2028', false],
  ['\ud800', false],
])('the text %j shows all that it is: %j', (text, isPlain) => {
  expect(isPlainText(text)).toBe(isPlain);
});

import { describe, expect, test } from '@jest/globals';
import { shown } from '../../src/token/refusal.ts';

const a = (length: number): string => 'a'.repeat(length);

describe('a value is shown', () => {
  test.each<[name: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['a boolean', false],
    ['a text of 256 characters', a(256)],
    ['a text whose last of 256 characters is half of one', `${a(255)}\ud800`],
    ['a structure of 256 characters', [a(252)]],
  ])('as it is where it is %s', (_name, value) => {
    expect(shown(value)).toBe(value);
  });

  test.each<[name: string, value: unknown, beginning: string]>([
    ['a text of 257 characters', a(257), a(256)],
    ['a structure of 257 characters', [a(253)], `["${a(253)}"`],
    ['a text with a pair at the cut', `${a(255)}\u{10000}`, a(255)],
    ['a text with the last of pairs at the cut', `${a(255)}\u{10ffff}`, a(255)],
    ['a text with a pair before the cut', `${a(254)}\u{10000}a`, `${a(254)}\u{10000}`],
    ['a text with the last character before pairs at the cut', `${a(255)}\ud7ffa`, `${a(255)}\ud7ff`],
    ['a text with a pair behind the cut', `${a(256)}\u{10000}`, a(256)],
  ])('by its beginning where it is %s', (_name, value, beginning) => {
    expect(shown(value)).toBe(beginning);
  });
});

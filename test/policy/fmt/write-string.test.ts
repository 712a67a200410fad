import { describe, expect, test } from '@jest/globals';
import { isPlain, writeQuoted, writeString } from '../../../src/policy/fmt/write-string.ts';

describe('a string', () => {
  test.each<[value: string, block: boolean, flow: boolean]>([
    ['abc', true, true],
    ['two words', true, true],
    ['a, b', true, false],
    ['a,b', true, false],
    ['a: b', false, false],
    ['a #b', false, false],
    ['1', false, false],
    ['0x1F', false, false],
    ['9007199254740992', false, false],
    ['true', false, false],
    ['null', false, false],
    ['', false, false],
    ['yes', false, false],
    ['0b1', false, false],
    ['2026-01-01', false, false],
    ['a\u200bb', false, false],
    ['a\ufe0f', false, false],
    ['❤\ufe0f', true, true],
    ['❤\ufe0f\ufe0f', false, false],
  ])('%j may stand without quotes outside brackets: %s, inside: %s', (value, block, flow) => {
    expect(isPlain(value, 'block')).toBe(block);
    expect(isPlain(value, 'flow')).toBe(flow);
  });

  test.each<[value: string, quoted: string]>([
    ['abc', '"abc"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a\n\u0001', '"a\\n\\u0001"'],
    ['a\u00a0b\u200bc', '"a\\u00a0b\\u200bc"'],
    ['\u{e0001}', '"\\udb40\\udc01"'],
    ['❤\ufe0f a\ufe0f', '"❤\ufe0f a\\ufe0f"'],
    ['😀', '"😀"'],
  ])('%j in quotes is %s', (value, quoted) => {
    expect(writeQuoted(value)).toBe(quoted);
  });

  test.each<[value: string, unquoted: string, quoted: string]>([
    ['a.b/c:d@e_f-g', 'a.b/c:d@e_f-g', 'a.b/c:d@e_f-g'],
    ['two words', 'two words', '"two words"'],
    ['yes', '"yes"', '"yes"'],
  ])('%j keeps its quotes only where it may need them: %s, %s', (value, unquoted, quoted) => {
    expect(writeString(value, { quoted: false, context: 'block' })).toBe(unquoted);
    expect(writeString(value, { quoted: true, context: 'block' })).toBe(quoted);
  });
});

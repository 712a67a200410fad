import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bounded } from '../../../src/http/sidecar/bounded.ts';
import { runsOf } from '../../runs.ts';

const inAscii = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\[bfnrt]|[\x7f-\uffff]/g, '\\u0000');

test.each([
  ['abc', 6, 'abc'],
  ['abcdef', 6, 'abcdef'],
  ['abcdefg', 6, '…'],
  ['abcdefghij', 8, 'ab…'],
  ['\u0000\u0000', 12, '\u0000\u0000'],
  ['a\u0000\u0000', 12, 'a…'],
  ['""""', 8, '""""'],
  ['"""""', 8, '"…'],
])('%j in %d characters is %j', (text, most, expected) => {
  expect(bounded(text, most)).toBe(expected);
});

test('what is cut is a beginning, and nothing is longer than it may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 6, max: 100 }), (text, most) => {
      const cut = bounded(text, most) ?? '';
      expect(inAscii(cut).length).toBeLessThanOrEqual(most);
      if (cut === text) return;
      expect(inAscii(text).length).toBeGreaterThan(most);
      expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      expect(cut.at(-1)).toBe('…');
    }),
    { numRuns: runsOf() },
  );
});

import { expect, test } from '@jest/globals';
import { defaultTokenLimits, tokenLimits, type TokenLimits } from '../../src/token/limits.ts';

test.each<[name: keyof TokenLimits, most: number]>([
  ['tokenBytes', 1_048_576],
  ['headerBytes', 1_048_576],
  ['claims', 65_536],
  ['depth', 64],
  ['stringBytes', 1_048_576],
  ['audiences', 64],
])('the limit %s may be from 1 to %d', (name, most) => {
  for (const value of [1, most])
    expect(tokenLimits({ [name]: value })).toEqual({ ...defaultTokenLimits, [name]: value });
  for (const value of [0, 1.5, most + 1, '1', null]) {
    expect(() => tokenLimits({ [name]: value })).toThrow(
      new TypeError(`limits.${name} must be a whole number from 1 to ${String(most)}`),
    );
  }
});

test('a limit that is unknown is refused, and one that is undefined is the default', () => {
  expect(() => tokenLimits({ size: 1 } as never)).toThrow('limits has no option "size"');
  expect(tokenLimits({ depth: undefined } as never)).toEqual(defaultTokenLimits);
});

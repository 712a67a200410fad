import { expect, test } from '@jest/globals';
import { keyLimits, type KeyLimitOptions } from '../../../src/token/keys/key-limits.ts';

const usual = {
  freshness: { usual: 600, least: 60, most: 86_400 },
  maxStale: 3_600,
  cooldown: 30,
  deadline: 5,
  bodyBytes: 524_288,
  keys: 256,
};

test('a source has limits without being given any', () => {
  expect(keyLimits()).toEqual(usual);
  expect(keyLimits({})).toEqual(usual);
  expect(keyLimits({ deadline: undefined } as never)).toEqual(usual);
});

test.each<[name: keyof KeyLimitOptions, from: 'above' | 'from', most: number]>([
  ['maxStale', 'from', 86_400],
  ['cooldown', 'above', 3_600],
  ['deadline', 'above', 60],
  ['bodyBytes', 'above', 16_777_216],
  ['keys', 'above', 256],
])('the limit %s may be %s 0 up to %d', (name, from, most) => {
  for (const value of [...(from === 'from' ? [0] : []), 0.5, 1, most]) {
    expect(keyLimits({ [name]: value })).toEqual({ ...usual, [name]: value });
  }
  for (const value of [...(from === 'above' ? [0] : []), -0.5, most + 0.5, Infinity, NaN, '1', null]) {
    expect(() => keyLimits({ [name]: value })).toThrow(
      new TypeError(`limits.${name} must be a number ${from} 0 up to ${String(most)}`),
    );
  }
});

test.each([[{ ttl: 1 }], [{ freshness: usual.freshness }]])('the limits %j are unknown', (given) => {
  expect(() => keyLimits(given as never)).toThrow(
    /^limits has no option "\w+"; valid are: maxStale, cooldown, deadline, bodyBytes, keys$/,
  );
});

test.each([[null], [[]], ['5']])('%j are no limits', (given) => {
  expect(() => keyLimits(given as never)).toThrow(/^limits takes an object of options: maxStale, /);
});

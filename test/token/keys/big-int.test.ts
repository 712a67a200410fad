import { expect, test } from '@jest/globals';
import { bigIntOf } from '../../../src/token/keys/big-int.ts';

test.each<[octets: number[], value: bigint]>([
  [[], 0n],
  [[0], 0n],
  [[9], 9n],
  [[1, 0], 256n],
  [[0, 0, 1, 2], 258n],
  [[255, 255, 255, 255, 255, 255, 255, 255, 255], 2n ** 72n - 1n],
])('the octets %j are a number, the first the greatest', (octets, value) => {
  expect(bigIntOf(Uint8Array.from(octets))).toBe(value);
});

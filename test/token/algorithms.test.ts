import { expect, test } from '@jest/globals';
import { sameAlgorithm } from '../../src/token/algorithms.ts';

test.each<[one: string, other: string, same: boolean]>([
  ['RS256', 'RS256', true],
  ['EdDSA', 'Ed25519', true],
  ['Ed25519', 'EdDSA', true],
  ['EdDSA', 'ES256', false],
  ['ES256', 'Ed25519', false],
  ['RS256', 'PS256', false],
])('that %s and %s are one algorithm is %p', (one, other, same) => {
  expect(sameAlgorithm(one, other)).toBe(same);
});

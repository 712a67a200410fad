import { expect, test } from '@jest/globals';
import { decodeUnverified } from '../../src/token/unverified.ts';
import { claims, mint, rsaPair } from './tokens.ts';

test('a token is shown without being believed', () => {
  const token = mint(rsaPair(), { alg: 'none', crit: ['x'] });
  expect(decodeUnverified(token)).toEqual({ unverifiedHeader: { alg: 'none', crit: ['x'] }, unverifiedClaims: claims });
});

test.each<[token: unknown, code: string]>([
  [undefined, 'token_missing'],
  ['a.b', 'token_malformed'],
  ['a.b.c.d.e', 'token_encrypted'],
])('%p is not shown, and why is said', (token, code) => {
  expect(decodeUnverified(token)).toMatchObject({ reason: { code } });
});

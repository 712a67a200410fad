import { expect, jest, test } from '@jest/globals';
import { KnownHeaders } from '../../src/token/known-headers.ts';
import { createVerifier } from '../../src/token/verify.ts';
import { staticKeys } from '../../src/token/keys/static-keys.ts';
import { claims, ISSUER, jwk, mint, NOW, rsaPair, trust } from './tokens.ts';

const pair = rsaPair();
const known = { trust, alg: 'RS256', object: { alg: 'RS256' }, header: { alg: 'RS256' } };

test('headers are known by their whole text, and the oldest of too many are forgotten', () => {
  const headers = new KnownHeaders();
  for (let i = 0; i < 100; i += 1) headers.remember(`header${String(i)}`, known);
  const kept = Array.from({ length: 100 }, (_, i) => headers.get(`header${String(i)}`)).map((one) => one === known);
  expect(kept).toEqual([...Array<boolean>(36).fill(false), ...Array<boolean>(64).fill(true)]);
  expect(headers.get('header')).toBeUndefined();
  headers.remember('x'.repeat(1_024), known);
  expect(headers.get('x'.repeat(1_024))).toBe(known);
  headers.remember('x'.repeat(1_025), known);
  expect(headers.get('x'.repeat(1_025))).toBeUndefined();
});

test('only headers that a signature held for are remembered', async () => {
  const remembered: string[] = [];
  const remember = jest
    .spyOn(KnownHeaders.prototype, 'remember')
    .mockImplementation((text) => void remembered.push(text));
  try {
    const keys = staticKeys({ keys: [jwk(pair, { kid: 'one' })] });
    const verify = createVerifier({ issuers: new Map([[ISSUER, trust]]), keys: () => keys });
    const forged = mint(rsaPair());
    await verify(forged, NOW);
    expect(remembered).toEqual([]);
    const expired = mint(pair, undefined, { ...claims, exp: NOW - 60 });
    await verify(expired, NOW);
    expect(remembered).toEqual([expired.split('.')[0]]);
  } finally {
    remember.mockRestore();
  }
});

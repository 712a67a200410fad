import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from '@jest/globals';
import { decodedToken, parseDecodedToken } from '../../src/idp/decoded-token.ts';
import { mintToken } from '../../src/idp/mint.ts';
import { gitpodClaims } from '../../src/idp/principal-claims.ts';
import { generateSigningKey } from '../../src/idp/signing-key.ts';

const real =
  '{"Claims":{"aud":"example.org","exp":1740517845,"iat":1740514245,"iss":"https://app.gitpod.io","org":"0191e223-1c3c-7607-badf-303c98b52d2f","sub":"org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:019527e4-75d5-704d-a5a4-a2b52cf56196"},"Header":[{"KeyID":"k0","JSONWebKey":null,"Algorithm":"RS256","Nonce":"","ExtraHeaders":null}]}';

test('prints a minted token byte for byte as Gitpod prints one', async () => {
  const { key } = await generateSigningKey('k0', 'RS256');
  const token = await mintToken(
    gitpodClaims({
      version: 'v1',
      issuer: 'https://app.gitpod.io',
      audience: ['example.org'],
      organization: '0191e223-1c3c-7607-badf-303c98b52d2f',
      project: '019527e4-75d5-704d-a5a4-a2b52cf56198',
      environment: '019527e4-75d5-704d-a5a4-a2b52cf56196',
      now: 1_740_514_245,
    }),
    key,
  );
  expect(JSON.stringify(decodedToken({ header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) }))).toBe(
    real,
  );
});

test('mints a header of exactly two members, and leaves out claims that are undefined', async () => {
  const { key } = await generateSigningKey('k0', 'RS256');
  const [header, claims] = (await mintToken({ sub: 's', exp: undefined }, key)).split('.');
  expect(Buffer.from(header ?? '', 'base64url').toString()).toBe('{"alg":"RS256","kid":"k0"}');
  expect(Buffer.from(claims ?? '', 'base64url').toString()).toBe('{"sub":"s"}');
});

test.each<[Record<string, unknown>]>([
  [{ alg: 'RS256', kid: 'k0' }],
  [{ alg: 'RS256' }],
  [{ alg: 'ES256', kid: 'k1', typ: 'JWT', nonce: 'n', jwk: { kty: 'EC' } }],
])('reads back what it made of %j', (header) => {
  const parts = { header, claims: { b: 1, a: [null] } };
  const json: unknown = JSON.parse(JSON.stringify(decodedToken(parts)));
  expect(parseDecodedToken(json)).toEqual(parts);
});

test('lets no extra header stand in for the algorithm or the key id', () => {
  const extra = { alg: 'none', kid: 'x', typ: 'JWT' };
  const header = { KeyID: 'k0', JSONWebKey: null, Algorithm: 'RS256', Nonce: '', ExtraHeaders: extra };
  expect(parseDecodedToken({ Claims: {}, Header: [header] })?.header).toEqual({ alg: 'RS256', kid: 'k0', typ: 'JWT' });
});

const header = { KeyID: 'k0', JSONWebKey: null, Algorithm: 'RS256', Nonce: '', ExtraHeaders: null };

test.each<[string, unknown]>([
  ['a token', 'a.b.c'],
  ['null', null],
  ['an array', [real]],
  ['claims alone', { sub: 's' }],
  ['another member', { Claims: {}, Header: [header], Signature: '' }],
  ['claims that are no object', { Claims: [], Header: [header] }],
  ['no header', { Claims: {}, Header: [] }],
  ['two headers', { Claims: {}, Header: [header, header] }],
  ['a header that is no array', { Claims: {}, Header: header }],
  ['a header without algorithm', { Claims: {}, Header: [{ KeyID: 'k0' }] }],
  ['a key id that is a number', { Claims: {}, Header: [{ ...header, KeyID: 5 }] }],
  ['extra headers that are a list', { Claims: {}, Header: [{ ...header, ExtraHeaders: [] }] }],
  ['an unknown member in a header', { Claims: {}, Header: [{ ...header, Extra: 1 }] }],
])('does not take %s for such JSON', (_, json) => {
  expect(parseDecodedToken(json)).toBeUndefined();
});

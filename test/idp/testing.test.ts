import { createLocalJWKSet, createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test } from '@jest/globals';
import {
  createTestIssuer,
  type TestAlgorithm,
  type TestClaims,
  type TestIssuerOptions,
} from '../../src/idp/testing.ts';

const claims = { sub: 'org:a/user:u', aud: 'https://secrets.example.com' };
const clock = (): number => 1_740_514_245.75;

test.each<TestAlgorithm>([
  ...(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const),
  ...(['RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512'] as const),
])('signs with %s what its published key verifies', async (algorithm) => {
  const issuer = await createTestIssuer({ algorithm });
  const { payload, protectedHeader } = await jwtVerify(
    await issuer.token(claims),
    createLocalJWKSet(asJose(issuer.keys)),
    {
      issuer: 'https://issuer.test',
      audience: claims.aud,
      algorithms: [algorithm],
    },
  );
  expect(payload.sub).toBe(claims.sub);
  expect(protectedHeader).toEqual({ alg: algorithm, kid: 'k0' });
  expect(issuer.keys.keys).toHaveLength(1);
  expect(issuer.keys.keys[0]).toMatchObject({ kid: 'k0', alg: algorithm, use: 'sig' });
  expect(Object.keys(issuer.keys.keys[0] ?? {})).not.toEqual(expect.arrayContaining(['d']));
});

test.each<[string, Record<string, unknown>, object, Record<string, unknown>]>([
  ['the usual claims', {}, {}, { iss: 'https://issuer.test', iat: 1_740_514_245, exp: 1_740_517_845 }],
  ['another lifetime', {}, { expiresIn: 60 }, { iss: 'https://issuer.test', iat: 1_740_514_245, exp: 1_740_514_305 }],
  [
    'a lifetime that is over',
    {},
    { expiresIn: -60 },
    { iss: 'https://issuer.test', iat: 1_740_514_245, exp: 1_740_514_185 },
  ],
  ['claims that are given', { iss: 'x', iat: 1, exp: '2' }, {}, { iss: 'x', iat: 1, exp: '2' }],
  ['null', { exp: null }, {}, { iss: 'https://issuer.test', iat: 1_740_514_245, exp: null }],
  ['no claim that is undefined', { iss: undefined, iat: undefined, exp: undefined, x: undefined }, {}, {}],
])('puts into a token %s', async (_, given, options, expected) => {
  const issuer = await createTestIssuer({ clock });
  expect(decodeJwt(await issuer.token({ ...claims, ...given }, options))).toEqual({ ...claims, ...expected });
});

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{ typ: 'at+jwt' }, { alg: 'RS256', kid: 'k0', typ: 'at+jwt' }],
  [{ kid: undefined }, { alg: 'RS256' }],
  [
    { kid: 'other', jku: 'https://evil.test' },
    { alg: 'RS256', kid: 'other', jku: 'https://evil.test' },
  ],
])('adds the header %j', async (header, expected) => {
  const issuer = await createTestIssuer();
  expect(decodeProtectedHeader(await issuer.token(claims, { header }))).toEqual(expected);
});

test('rotates: signs with a new key, withdraws the old, in the same object', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  const { keys } = issuer;
  const before = await issuer.token(claims);
  await issuer.rotate();
  const after = await issuer.token(claims);
  const verify = (token: string): Promise<unknown> => jwtVerify(token, createLocalJWKSet(asJose(keys)));
  expect(keys.keys.map(({ kid }) => kid)).toEqual(['k1']);
  await expect(verify(before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  await expect(verify(after)).resolves.toMatchObject({ protectedHeader: { kid: 'k1' } });
});

test('makes other keys for every issuer', async () => {
  const [one, other] = await Promise.all([createTestIssuer(), createTestIssuer()]);
  await expect(jwtVerify(await one.token(claims), createLocalJWKSet(asJose(other.keys)))).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});

test.each([
  'https://issuer.test',
  'https://issuer.test/',
  'https://issuer.test/tenant/a',
  'https://issuer.test:8443/a/',
])('answers discovery and keys of %s in memory', async (url) => {
  const issuer = await createTestIssuer({ url });
  const discovery = await issuer.fetch(`${url.replace(/\/$/u, '')}/.well-known/openid-configuration`);
  expect(discovery.status).toBe(200);
  expect(discovery.headers.get('content-type')).toMatch(/^application\/json/u);
  expect(discovery.headers.get('cache-control')).toBe('max-age=600');
  const document = (await discovery.json()) as { issuer: string; jwks_uri: string };
  expect(document.issuer).toBe(url);
  const keys = createRemoteJWKSet(new URL(document.jwks_uri), { [customFetch]: issuer.fetch });
  await expect(jwtVerify(await issuer.token(claims), keys, { issuer: url })).resolves.toBeDefined();
  expect(await (await issuer.fetch(new Request(document.jwks_uri))).json()).toEqual(issuer.keys);
});

test('answers nothing else', async () => {
  const { fetch, url } = await createTestIssuer({ algorithm: 'ES256' });
  const jwks = `${url}/.well-known/jwks.json`;
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect(await (await fetch(`${url}/.well-known/other`)).json()).toEqual({ error: 'not_found' });
  expect((await fetch(jwks, { method: 'POST', body: '' })).status).toBe(405);
  await expect(fetch('https://issuer.test.evil.test/.well-known/jwks.json')).rejects.toThrow(TypeError);
  await expect(fetch('http://issuer.test/.well-known/jwks.json')).rejects.toThrow(TypeError);
  await expect(fetch(jwks, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

test.each<[string, unknown, RegExp]>([
  ['an unknown option', { uri: 'https://issuer.test' }, /unknown option "uri".*url, algorithm, clock/u],
  ['options that are none', 'https://issuer.test', /must be an object/u],
  ['an algorithm without a signature', { algorithm: 'none' }, /algorithm must be one of RS256, PS256/u],
  ['a shared secret', { algorithm: 'HS256' }, /must be one of/u],
  ['a clock that is a number', { clock: 5 }, /clock must be a function/u],
  ...[
    5,
    'issuer.test',
    'ftp://issuer.test',
    'https://issuer.test?x',
    'https://issuer.test/#',
    'https://u:p@issuer.test',
  ].map((url): [string, unknown, RegExp] => [`the url ${url}`, { url }, /^url must be a canonical https: url/u]),
  ['a url in capitals', { url: 'https://Issuer.test' }, /canonical/u],
])('refuses %s', async (_, options, message) => {
  await expect(createTestIssuer(options as TestIssuerOptions)).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(message),
  });
});

test.each<[string, unknown, unknown, RegExp]>([
  ['an unknown option', claims, { ttl: 5 }, /unknown option "ttl" of token; the options are expiresIn, header/u],
  ['a lifetime that is text', claims, { expiresIn: '1h' }, /expiresIn must be a number of seconds/u],
  ['claims that are none', 'sub', {}, /claims must be an object/u],
  ['a header that is none', claims, { header: 'typ' }, /header must be an object/u],
  ['another algorithm', claims, { header: { alg: 'none' } }, /header\.alg cannot be chosen/u],
])('refuses to make a token of %s', async (_, given, options, message) => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  await expect(issuer.token(given as TestClaims, options as object)).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(message),
  });
});

function asJose(keys: { readonly keys: readonly object[] }): Parameters<typeof createLocalJWKSet>[0] {
  return structuredClone(keys) as Parameters<typeof createLocalJWKSet>[0];
}

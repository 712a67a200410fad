import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { VerifiedTokenCache } from '../../src/token/cache.ts';
import { remoteKeys } from '../../src/token/keys/remote-keys.ts';
import { createVerifier, type Verifier } from '../../src/token/verify.ts';
import { json, startIssuer, type IssuerServer } from './keys/issuer-server.ts';
import { claims, ecPair, jwk, mint, NOW, trust, type Pair } from './tokens.ts';

const [old, next, attacker] = [ecPair(), ecPair(), ecPair()];
let issuer: IssuerServer;
let now: number;
let verify: Verifier;
beforeEach(async () => {
  issuer = await startIssuer();
  now = NOW;
  issuer.jwks = json({ keys: [jwk(old, { kid: 'old' })] });
  const source = remoteKeys({ issuer: issuer.url, clock: () => now, random: () => 0 });
  const issuers = new Map([[issuer.url, { ...trust, url: issuer.url }]]);
  verify = createVerifier({ issuers, keys: () => source, cache: new VerifiedTokenCache() });
});
afterEach(() => issuer.close());

const tokenOf = (pair: Pair, kid: string, more: object = {}): string =>
  mint(pair, { alg: 'ES256', kid, ...more }, { ...claims, iss: issuer.url, exp: NOW + 20_000 }, 'ES256');
const outcome = async (token: string): Promise<string> => {
  const verification = await verify(token, now);
  return 'reason' in verification ? verification.reason.code : 'verified';
};

describe('a token of an issuer that changes its keys', () => {
  test('is verified under a new key after 30 s, and under an old one until the set’s time is over', async () => {
    const [before, after] = [tokenOf(old, 'old'), tokenOf(next, 'new')];
    expect(await outcome(before)).toBe('verified');
    issuer.jwks = json({ keys: [jwk(old, { kid: 'old' }), jwk(next, { kid: 'new' })] });
    expect(await outcome(after)).toBe('key_unknown');
    now += 30;
    expect(await outcome(after)).toBe('verified');
    expect(await outcome(before)).toBe('verified');
    issuer.jwks = json({ keys: [jwk(next, { kid: 'new' })] });
    now += 600;
    expect(await outcome(before)).toBe('key_unknown');
    expect(await outcome(after)).toBe('verified');
    expect(issuer.asked.length).toBe(3);
  });

  test('is not verified under an old key that took a new id', async () => {
    const before = tokenOf(old, 'old');
    expect(await outcome(before)).toBe('verified');
    issuer.jwks = json({ keys: [jwk(next, { kid: 'old' })] });
    now += 600;
    expect(await outcome(before)).toBe('signature_invalid');
  });
});

describe('while the issuer is down', () => {
  test('known keys verify, unknown ones are refused, and after an hour nothing is decided', async () => {
    expect(await outcome(tokenOf(old, 'old'))).toBe('verified');
    issuer.jwks = (response) => response.writeHead(503).end();
    now += 700;
    for (let i = 0; i < 20; i += 1) {
      expect(await outcome(tokenOf(old, 'old', { i }))).toBe('verified');
      expect(await outcome(tokenOf(attacker, `unknown-${i}`))).toBe('key_unknown');
    }
    expect(issuer.asked.length).toBe(2);
    now = NOW + 4_201;
    await expect(outcome(tokenOf(old, 'old'))).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    await expect(outcome(tokenOf(attacker, 'unknown'))).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
  });
});

describe('nothing is fetched', () => {
  test.each<[name: string, token: () => string]>([
    ['for an issuer nobody configured', () => mint(attacker, { alg: 'ES256' }, { ...claims, iss: 'x' }, 'ES256')],
    ['from a url in the header', () => tokenOf(attacker, 'x', { jku: `${issuer.url}/attacker` })],
    ['for a certificate in the header', () => tokenOf(attacker, 'x', { x5u: `${issuer.url}/attacker` })],
    ['for an algorithm that is not allowed', () => tokenOf(attacker, 'x', { alg: 'none' })],
    ['for a token without signature', () => tokenOf(attacker, 'x').replace(/[^.]*$/, '')],
    ['for what is no token', () => 'a.b.c'],
  ])('%s', async (_name, token) => {
    expect(await outcome(token())).not.toBe('verified');
    expect([issuer.discoveryAsked, issuer.asked.length]).toEqual([0, 0]);
  });
});

import { inspect } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { VerifiedTokenCache } from '../../src/token/cache.ts';
import { parseCompact } from '../../src/token/compact.ts';
import { defaultTokenLimits } from '../../src/token/limits.ts';
import { parseKeySet, type KeySet } from '../../src/token/keys/key-set.ts';
import { createVerifier, type IssuerTrust, type Verification } from '../../src/token/verify.ts';
import { garbageCollector } from '../garbage-collector.ts';
import { claims, encode, ISSUER, jwk, mint, NOW, rsaPair, trust } from './tokens.ts';

const pair = rsaPair();
const other = rsaPair();
const token = mint(pair);
const setOf = (...keys: object[]): KeySet => parseKeySet({ keys }) as KeySet;
const codeOf = (answer: Verification): string => ('reason' in answer ? answer.reason.code : 'verified');

/** A verifier whose keys can be changed under it, and whose every use of them is counted. */
const verifierOf = (cache: VerifiedTokenCache, changes: Partial<IssuerTrust> = {}, ...keys: object[]) => {
  const state = { set: setOf(...(keys.length === 0 ? [jwk(pair, { kid: 'one' })] : keys)), asked: 0 };
  const keySet = (): KeySet => {
    state.asked += 1;
    return state.set;
  };
  const issuers = new Map([[ISSUER, { ...trust, ...changes }]]);
  return { state, verify: createVerifier({ issuers, cache, keys: () => ({ keySet }) }) };
};
const claimsOf = (answer: Verification): unknown => ('token' in answer ? answer.token.claims : answer.reason.code);

describe('a token verified before', () => {
  test('is answered with the very same claims, and the keys are asked for again', async () => {
    const { state, verify } = verifierOf(new VerifiedTokenCache());
    const [first, second] = [await verify(token, NOW), await verify(token, NOW)];
    expect(second).toEqual(first);
    expect(claimsOf(second)).toBe(claimsOf(first));
    expect(state.asked).toBe(2);
  });

  test('is judged by the time of each use', async () => {
    const cache = new VerifiedTokenCache();
    const { verify } = verifierOf(cache, { maxTokenAge: 600 });
    expect(codeOf(await verify(token, NOW))).toBe('verified');
    expect(codeOf(await verify(token, NOW - 120))).toBe('token_issued_in_future');
    expect(codeOf(await verify(token, NOW + 600))).toBe('token_too_old');
    expect(codeOf(await verify(token, NOW + 3_629))).toBe('token_too_old');
    expect(cache.size).toBe(1);
    expect(codeOf(await verify(token, NOW + 3_630))).toBe('token_expired');
    expect(cache.size).toBe(0);
  });

  test.each<[name: string, keys: object[], code: string]>([
    ['whose key was removed', [jwk(other, { kid: 'two' })], 'key_unknown'],
    ['whose key was replaced under its id', [jwk(other, { kid: 'one' })], 'signature_invalid'],
    ['whose key got another id', [jwk(pair, { kid: 'two' })], 'key_unknown'],
    ['whose key is now for another algorithm', [jwk(pair, { kid: 'one', alg: 'PS256' })], 'key_unfit'],
    ['whose key id became ambiguous', [jwk(pair, { kid: 'one' }), jwk(other, { kid: 'one' })], 'key_ambiguous'],
    [
      'whose key turned out private',
      [{ ...pair.privateKey.export({ format: 'jwk' }), kid: 'one' }, jwk(other)],
      'key_unfit',
    ],
  ])('%s is refused', async (_name, keys, code) => {
    const { state, verify } = verifierOf(new VerifiedTokenCache());
    expect(codeOf(await verify(token, NOW))).toBe('verified');
    state.set = setOf(...keys);
    expect(codeOf(await verify(token, NOW))).toBe(code);
  });

  test('is verified again under keys that changed around its own', async () => {
    const { state, verify } = verifierOf(new VerifiedTokenCache());
    const first = claimsOf(await verify(token, NOW));
    state.set = setOf(jwk(other, { kid: 'two' }), jwk(pair, { kid: 'one' }));
    expect(claimsOf(await verify(token, NOW))).toBe(first);
  });

  test('means nothing to a verifier configured otherwise', async () => {
    const cache = new VerifiedTokenCache();
    expect(codeOf(await verifierOf(cache).verify(token, NOW))).toBe('verified');
    expect(codeOf(await verifierOf(cache, { algorithms: ['ES256'] }).verify(token, NOW))).toBe('algorithm_not_allowed');
    expect(codeOf(await verifierOf(cache, { tokenType: ['at+jwt'] }).verify(token, NOW))).toBe('type_not_allowed');
    const none = createVerifier({ issuers: new Map(), cache, keys: () => ({ keySet: () => setOf(jwk(pair)) }) });
    expect(codeOf(await none(token, NOW))).toBe('issuer_unknown');
  });

  test('lends nothing to a token that shares a part of it', async () => {
    const { verify } = verifierOf(new VerifiedTokenCache());
    await verify(token, NOW);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const [, forged] = mint(other, undefined, { ...claims, sub: 'org:o/env:x' }).split('.') as [string, string, string];
    expect(codeOf(await verify(`${header}.${forged}.${signature}`, NOW))).toBe('signature_invalid');
    expect(codeOf(await verify(`${header}.${payload}.${mint(other).split('.')[2]!}`, NOW))).toBe('signature_invalid');
    expect(codeOf(await verify(`${token}=`, NOW))).not.toBe('verified');
    expect(
      codeOf(
        await verify(
          token.replace(/[a-z]/, (c) => String.fromCharCode(c.charCodeAt(0) + 256)),
          NOW,
        ),
      ),
    ).toBe('token_malformed');
  });
});

describe('the cache', () => {
  test('remembers a token as long as a token may be', async () => {
    const cache = new VerifiedTokenCache();
    const limits = { tokenBytes: token.length };
    const issuers = new Map([[ISSUER, trust]]);
    const keySet = (): KeySet => setOf(jwk(pair, { kid: 'one' }));
    await createVerifier({ issuers, cache, limits, keys: () => ({ keySet }) })(token, NOW);
    expect(cache.size).toBe(1);
  });

  test('remembers only what was verified', async () => {
    const cache = new VerifiedTokenCache();
    const { verify } = verifierOf(cache);
    for (const bad of [mint(other), 'x', token.slice(0, -8), mint(pair, undefined, { ...claims, aud: 1 }), undefined]) {
      expect(codeOf(await verify(bad, NOW))).not.toBe('verified');
    }
    expect(cache.size).toBe(0);
  });

  test('forgets everything on demand', async () => {
    const cache = new VerifiedTokenCache();
    await verifierOf(cache).verify(token, NOW);
    expect(cache.size).toBe(1);
    cache.clear();
    expect(cache.size).toBe(0);
    expect(cache.get(token)).toBeUndefined();
  });

  test('is bounded by entries and by bytes', async () => {
    const few = new VerifiedTokenCache({ entries: 2 });
    const small = new VerifiedTokenCache({ bytes: 10_000 });
    const tokens = Array.from({ length: 20 }, (_, i) => mint(pair, undefined, { ...claims, jti: `${i}` }));
    for (const cache of [few, small]) {
      const { verify } = verifierOf(cache);
      for (const one of tokens) expect(codeOf(await verify(one, NOW))).toBe('verified');
    }
    expect(few.size).toBe(2);
    expect(small.size).toBeGreaterThan(0);
    expect(small.size).toBeLessThan(8);
  });

  test('does not outgrow its bounds over 100,000 tokens', () => {
    const bytes = 4 * 1024 * 1024;
    const cache = new VerifiedTokenCache({ bytes });
    const collect = garbageCollector();
    const fill = (from: number, to: number): number => {
      for (let i = from; i < to; i += 1) {
        const one = `${header}.${encode({ ...claims, jti: String(i).padStart(8, '0') })}.${signature}`;
        const parsed = parseCompact(one, defaultTokenLimits);
        if ('reason' in parsed) throw new Error(parsed.reason.code);
        const { unverifiedHeader, unverifiedClaims } = parsed;
        cache.set(one, { trust, header: unverifiedHeader as never, claims: unverifiedClaims, key: 'one' });
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const [header = '', , signature = ''] = token.split('.');
    const empty = fill(0, 0);
    const full = fill(0, 10_000);
    const [size, later] = [cache.size, fill(10_000, 100_000)];
    expect(cache.size).toBe(size);
    expect(size).toBeLessThan(10_000);
    expect(full - empty).toBeLessThan(bytes);
    expect(later - full).toBeLessThan(bytes / 4);
  });

  test('keeps no token, nor a part of one', async () => {
    const set = jest.spyOn(LRUCache.prototype, 'set');
    try {
      const cache = new VerifiedTokenCache();
      await verifierOf(cache).verify(token, NOW);
      expect(set).toHaveBeenCalledTimes(1);
      const kept = inspect(set.mock.calls, { depth: Infinity, showHidden: true, maxStringLength: null });
      for (const part of token.split('.')) expect(kept).not.toContain(part);
      expect(set.mock.calls[0]?.[0]).toHaveLength(32);
    } finally {
      set.mockRestore();
    }
  });

  test('takes a token for four times its size, and 512 bytes', () => {
    const entry = { trust, header: { alg: 'RS256' }, claims, key: 'one' };
    for (const [bytes, kept] of [
      [2 * 912, 2],
      [2 * 912 - 1, 1],
    ] as const) {
      const cache = new VerifiedTokenCache({ bytes });
      for (const letter of 'abc') cache.set(letter.repeat(100), entry);
      expect(cache.size).toBe(kept);
    }
  });

  test('may be as small as it can be', () => {
    expect(() => new VerifiedTokenCache({ entries: 1, bytes: 1 })).not.toThrow();
  });

  test.each<[options: unknown, message: string]>([
    [{ entries: 0 }, 'entries must be a positive whole number'],
    [{ entries: 1.5 }, 'entries must be a positive whole number'],
    [{ bytes: -1 }, 'bytes must be a positive whole number'],
    [{ bytes: 1.5 }, 'bytes must be a positive whole number'],
    [{ bytes: '1' }, 'bytes must be a positive whole number'],
    [{ max: 1 }, 'VerifiedTokenCache has no option "max"'],
    [null, 'VerifiedTokenCache takes an object of options'],
  ])('is not made of %p', (options, message) => {
    expect(() => new VerifiedTokenCache(options as never)).toThrow(TypeError);
    expect(() => new VerifiedTokenCache(options as never)).toThrow(message);
  });
});

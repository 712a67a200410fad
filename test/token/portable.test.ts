import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTextFile } from '../../src/files/files-none.ts';
import * as jose from '../../src/token/base64url-jose.ts';
import * as node from '../../src/token/base64url-node.ts';
import * as keyOnNode from '../../src/token/keys/public-key-node.ts';
import * as keyAsJwk from '../../src/token/keys/public-key-jwk.ts';
import type { PublicJwk } from '../../src/token/keys/verification-key.ts';
import { signatureCheck } from '../../src/token/signature-jose.ts';
import { signatureLength } from '../../src/token/signature-length.ts';
import * as idOnNode from '../../src/token/token-id-node.ts';
import * as idByNoble from '../../src/token/token-id-noble.ts';
import { ecPair, edPair, jwk, mint, type Pair, rsaPair } from './tokens.ts';
import { runsOf } from '../runs.ts';

const pairs: readonly [alg: string, pair: Pair][] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, Pair] => [alg, rsaPair()]),
  ['ES256', ecPair('P-256')],
  ['ES384', ecPair('P-384')],
  ['ES512', ecPair('P-521')],
  ['EdDSA', edPair()],
  ['Ed25519', edPair()],
];
const publicJwk = (pair: Pair): PublicJwk => jwk(pair) as PublicJwk;

describe('where there is no Node', () => {
  test('a text has the same digest and id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const digest = idByNoble.digestOf(text);
        expect(digest).toBe(idOnNode.digestOf(text));
        expect(idByNoble.tokenId(digest)).toBe(idOnNode.tokenId(digest));
      }),
      { numRuns: runsOf() },
    );
  });

  test('bytes have the same base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = jose.encodeBase64url(bytes);
        expect(text).toBe(node.encodeBase64url(bytes));
        expect([...jose.decodeBase64url(text)]).toEqual([...bytes]);
        expect([...(jose.decodeCanonical(text) ?? [])]).toEqual([...bytes]);
      }),
      { numRuns: runsOf() },
    );
  });

  test('the same texts are canonical base64url', () => {
    const letters = fc.constantFrom(...Array.from('AQgwEIM_-+/= \n.é'));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 9 }), (text) => {
        expect(jose.decodeCanonical(text) === undefined).toBe(node.decodeCanonical(text) === undefined);
      }),
      { numRuns: runsOf() },
    );
  });

  test.each(pairs)('a key for %s verifies what it signed, and nothing else', async (alg, pair) => {
    const key = keyAsJwk.publicKeyOf(publicJwk(pair))!;
    expect(signatureLength(key, alg)).toBe(signatureLength(pair.publicKey, alg));
    const parts = mint(pair, { alg }, {}, alg).split('.') as [string, string, string];
    const verificationKey = { id: '', kty: key.kty, key };
    expect(await signatureCheck()(parts, verificationKey, alg)).toBe(true);
    expect(await signatureCheck()([parts[0], 'e30x', parts[2]], verificationKey, alg)).toBe(false);
    for (const [other] of pairs.filter(([name]) => name.slice(0, 2) !== alg.slice(0, 2))) {
      expect(await signatureCheck()(parts, verificationKey, other)).toBe(false);
    }
  });

  const lengths: Readonly<Record<string, number>> = { ES256: 64, ES384: 96, ES512: 132, EdDSA: 64, Ed25519: 64 };
  const same = (one: string, other: string): boolean =>
    one === other ||
    [one, other].every((alg) => /^[RP]S\d{3}$/.test(alg)) ||
    [one, other].every((alg) => alg.startsWith('Ed'));
  test.each(pairs)('a key for %s has signatures of its own algorithms alone', (alg, pair) => {
    for (const other of [...pairs.map(([name]) => name), 'none', '', 'RS1', 'RS256x', 'xRS256', 'toString']) {
      const expected = same(alg, other) ? (lengths[alg] ?? 256) : undefined;
      expect([other, signatureLength(publicJwk(pair), other)]).toEqual([other, expected]);
      expect([other, signatureLength(pair.publicKey, other)]).toEqual([other, expected]);
    }
    expect(signatureLength(pair.privateKey, alg)).toBeUndefined();
  });

  test.each<[bits: number, octets: number | undefined]>([
    [1024, undefined],
    [2047, undefined],
    [2050, 257],
    [2056, 257],
  ])('an RSA key of %d bits has signatures of %p octets', (bits, octets) => {
    const pair = rsaPair(bits);
    expect([signatureLength(publicJwk(pair), 'RS256'), signatureLength(pair.publicKey, 'RS256')]).toEqual([
      octets,
      octets,
    ]);
  });

  test('an RSA key has signatures whatever curve it names', () => {
    expect(signatureLength({ ...publicJwk(rsaPair()), crv: 'P-256' }, 'RS256')).toBe(256);
  });

  test('a key that is none has no signatures', () => {
    expect(signatureLength({ kty: 'RSA' }, 'RS256')).toBeUndefined();
    expect(signatureLength(generateKeyPairSync('ed448').publicKey, 'EdDSA')).toBeUndefined();
  });

  test.each(['P-256', 'P-384', 'P-521'])('a point is taken or refused alike: %s', (crv) => {
    const good = publicJwk(ecPair(crv));
    const bytes = node.decodeBase64url(good['y'] ?? '');
    const taken = (y: Uint8Array): [boolean, boolean] => {
      const key = { ...good, y: node.encodeBase64url(y) };
      return [keyAsJwk.publicKeyOf(key) !== undefined, keyOnNode.publicKeyOf(key) !== undefined];
    };
    expect(taken(bytes)).toEqual([true, true]);
    for (const at of [0, 1, bytes.length - 1]) {
      expect(taken(bytes.map((octet, i) => (i === at ? octet ^ 1 : octet)))).toEqual([false, false]);
    }
    expect(taken(bytes.map(() => 0xff))).toEqual([false, false]);
  });

  test.each<[crv: string, prime: bigint, root: bigint]>([
    [
      'P-256',
      2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
      0x66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4n,
    ],
    [
      'P-384',
      2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      0xc306610fb0ae5a159cf45c06069f22a6c5eb3641c602d42dea2c4b4f75550793406d80d2b91ad54f9048bd487af1ade1n,
    ],
    [
      'P-521',
      2n ** 521n - 1n,
      0x12df13601594a883ef2d935e44bb90bf4d6619b74e52af7552f97769011c0719eb439cfab2a88d40fe59a2bed1f43557169a2d0a2ccd280c607b92bbf51ffe0b078n,
    ],
  ])('the same coordinates are too large: %s', (crv, prime, root) => {
    const good = publicJwk(ecPair(crv));
    const octets = node.decodeBase64url(good['y'] ?? '').length;
    const written = (value: bigint): string =>
      node.encodeBase64url(Buffer.from(value.toString(16).padStart(2 * octets, '0'), 'hex'));
    const taken = (x: bigint, y: bigint): boolean[] =>
      [keyAsJwk, keyOnNode].map(
        ({ publicKeyOf }) => publicKeyOf({ ...good, x: written(x), y: written(y) }) !== undefined,
      );
    expect([taken(0n, root), taken(0n, prime - root)]).toEqual([
      [true, true],
      [true, true],
    ]);
    expect([taken(prime, root), taken(0n, prime), taken(prime, prime)]).toEqual([
      [false, false],
      [false, false],
      [false, false],
    ]);
    // Only this prime leaves room in its octets for a number beyond it that stands for any other.
    if (crv === 'P-521') expect([...taken(0n, prime + root), ...taken(prime, prime + root)]).not.toContain(true);
  });

  test('an RSA key is taken whatever curve it names', () => {
    const key = { ...publicJwk(rsaPair()), crv: 'P-256' };
    expect([keyAsJwk, keyOnNode].map(({ publicKeyOf }) => publicKeyOf(key) !== undefined)).toEqual([true, true]);
  });

  test('a key of members that are missing is not taken', () => {
    expect(keyAsJwk.publicKeyOf({ kty: 'EC', crv: 'P-256' })).toBeUndefined();
    expect(keyOnNode.publicKeyOf({ kty: 'EC', crv: 'P-256' })).toBeUndefined();
  });

  test('a key stays as it was published, whatever becomes of what it was read from', () => {
    const published = { ...publicJwk(ecPair()) };
    const before = { ...published };
    const key = keyAsJwk.publicKeyOf(published);
    Object.assign(published, { x: published['y'] });
    expect(key).toEqual(before);
    expect(Object.isFrozen(key)).toBe(true);
  });

  test('a path is refused with what to give instead', async () => {
    await expect(readTextFile('policies', { maxBytes: 1 })).rejects.toThrow(
      '`policies` cannot be read (this runtime has no files: give what parsePolicy returned, and keys in the policy or by url)',
    );
  });
});

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { parseKeySet, type KeySet } from '../../../src/token/keys/key-set.ts';
import { staticKeys } from '../../../src/token/keys/static-keys.ts';
import { ecPair, edPair, jwk, rsaPair } from '../tokens.ts';

const rsa = jwk(rsaPair());
const ec = jwk(ecPair());
const ed = jwk(edPair());
const good = { ...jwk(ecPair()), kid: 'good' };

const parse = (jwks: unknown): KeySet => {
  const set = parseKeySet(jwks);
  if ('broken' in set) throw new Error(set.broken);
  return set;
};

const hexOf = (value: bigint): string => {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
};
const big = (value: bigint): string => Buffer.from(hexOf(value), 'hex').toString('base64url');
const modulus = BigInt(`0x${Buffer.from(String(rsa.n), 'base64url').toString('hex')}`);
const random = (bits: number): bigint => BigInt(`0x${randomBytes(bits / 8).toString('hex')}`);

/** A number that no small prime divides, with its highest bit set. */
const unfactored = (bits: number): bigint => {
  for (;;) {
    const n = random(bits) | 1n | (1n << BigInt(bits - 1));
    if (smallPrimes.every((prime) => n % prime !== 0n)) return n;
  }
};
const smallPrimes = [...Array(168).keys()]
  .map(BigInt)
  .filter((n) => n > 2n && ![...Array(13).keys()].some((d) => d > 1 && BigInt(d) < n && n % BigInt(d) === 0n));

/** A factor as the faulty generator made them: a multiple of the primorial plus a power of 65537 modulo it. */
const rocaFactor = (): bigint => {
  const primorial = smallPrimes.reduce((product, prime) => product * prime, 2n);
  let power = 1n;
  for (let i = random(16); i > 0n; i -= 1n) power = (power * 65_537n) % primorial;
  for (;;) {
    const factor = (random(1024) | (3n << 1022n)) / primorial;
    if (factor % 2n === 0n) return factor * primorial + power;
  }
};

const point = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const rsaWith = (n: bigint, e = 65_537n): object => ({ kty: 'RSA', n: big(n), e: big(e) });
const behindZeros = (octets: number, value: bigint): string => point('00'.repeat(octets) + hexOf(value));

describe('a key is used', () => {
  const huge = unfactored(8_192);
  test.each<[name: string, key: object, expected: object]>([
    ['of RSA', rsa, { kty: 'RSA' }],
    ['of RSA with a leading zero in its modulus', { ...rsa, n: point(`00${modulus.toString(16)}`) }, { kty: 'RSA' }],
    ['of RSA with 8192 bits', rsaWith(huge), { kty: 'RSA' }],
    ['of RSA with 8192 bits behind a zero', { ...rsa, n: behindZeros(1, huge) }, { kty: 'RSA' }],
    ['of RSA with an exponent of 64 bits', rsaWith(modulus, (1n << 64n) - 1n), { kty: 'RSA' }],
    ['of RSA with an exponent of 64 bits behind a zero', { ...rsa, e: behindZeros(1, (1n << 64n) - 1n) }, {}],
    ['of RSA with a curve, which it does not need', { ...rsa, alg: 'RS256', crv: 'P-256' }, { alg: 'RS256' }],
    ['of P-256', ec, { kty: 'EC', crv: 'P-256' }],
    ['of P-384', jwk(ecPair('P-384')), { kty: 'EC', crv: 'P-384' }],
    ['of P-521', jwk(ecPair('P-521'), { alg: 'ES512' }), { kty: 'EC', crv: 'P-521', alg: 'ES512' }],
    ['of Ed25519', { ...ed, alg: 'EdDSA' }, { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' }],
    ['of Ed25519 under its newer name', { ...ed, alg: 'Ed25519' }, { kty: 'OKP', alg: 'Ed25519' }],
    ['for signatures', { ...rsa, use: 'sig' }, {}],
    ['for verifying', { ...rsa, key_ops: ['verify'] }, {}],
    ['with a certificate, which is not read', { ...rsa, x5c: ['x'], x5t: 'y' }, {}],
    ['with members nobody knows', { ...rsa, constructor: 1, revoked: false }, {}],
  ])('%s', (_name, key, expected) => {
    const { keys, setAside } = parse({ keys: [key] });
    expect(keys).toMatchObject([expected]);
    expect(setAside).toEqual([]);
  });

  test('without members that it was not published with', () => {
    const { keys } = parse({ keys: [rsa, ec] });
    expect(keys.map((key) => Object.keys(key))).toEqual([
      ['id', 'kty', 'key'],
      ['id', 'kty', 'crv', 'key'],
    ]);
  });

  test('under an id of its thumbprint and its algorithm', async () => {
    const set = parse({ keys: [{ ...rsa, alg: 'RS256' }, ec] });
    const ids = [`${await calculateJwkThumbprint(rsa)}.RS256`, `${await calculateJwkThumbprint(ec)}.`];
    expect(set.keys.map(({ id }) => id)).toEqual(ids);
    expect(ids.every((id) => set.has(id))).toBe(true);
    expect(set.has(ids[0]!.replace('RS256', 'PS256'))).toBe(false);
  });
});

describe('a key is set aside', () => {
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

  test.each<[name: string, key: unknown, why: string]>([
    ['that is null', null, 'malformed'],
    ['that is a string', 'key', 'malformed'],
    ['that is an array', [], 'malformed'],
    ['that is empty', {}, 'malformed'],
    ['whose type is no string', { ...rsa, kty: ['RSA'] }, 'malformed'],
    ['whose id is no string', { ...rsa, kid: 1 }, 'malformed'],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0' }, 'symmetric'],
    ['that is symmetric beside its type', { ...rsa, k: 'c2VjcmV0' }, 'symmetric'],
    ['that is symmetric, without its secret', { kty: 'oct' }, 'symmetric'],
    ['that is private', { ...ed, d }, 'private'],
    ['that has one factor of its modulus', { ...rsa, p: 'AQ' }, 'private'],
    ['that is private in name', { ...ec, d: null }, 'private'],
    ['that is private, of a type unknown', { kty: 'AKP', priv: 'AA' }, 'private'],
    ['for encryption', { ...rsa, use: 'enc' }, 'not-for-signatures'],
    ['whose use is no string', { ...rsa, use: ['sig'] }, 'malformed'],
    ['that signs only', { ...rsa, key_ops: ['sign'] }, 'not-for-signatures'],
    ['that does nothing', { ...rsa, key_ops: [] }, 'not-for-signatures'],
    ['whose operations are a string', { ...rsa, key_ops: 'verify' }, 'malformed'],
    ['for another algorithm', { ...rsa, alg: 'RSA-OAEP' }, 'not-for-signatures'],
    ['for a MAC', { ...rsa, alg: 'HS256' }, 'not-for-signatures'],
    ['for no algorithm', { ...rsa, alg: 'none' }, 'not-for-signatures'],
    ['whose algorithm is of another type', { ...rsa, alg: 'ES256' }, 'malformed'],
    ['whose algorithm is of a type without curves', { ...ec, alg: 'RS256' }, 'malformed'],
    ['whose algorithm is of another curve', { ...ec, alg: 'ES384' }, 'malformed'],
    ['whose algorithm is no string', { ...rsa, alg: null }, 'malformed'],
    ['of a type unknown', { kty: 'AKP', alg: 'ML-DSA-44' }, 'unsupported'],
    ['of a type of the object prototype', { kty: '__proto__' }, 'unsupported'],
    ['on secp256k1', { ...jwk(ecPair('secp256k1')), kty: 'EC' }, 'unsupported'],
    ['on Ed448', jwk(generateKeyPairSync('ed448')), 'unsupported'],
    ['on X25519', jwk(generateKeyPairSync('x25519')), 'unsupported'],
    ['on a curve of another type', { ...ed, kty: 'EC' }, 'unsupported'],
    ['on no curve', { ...ec, crv: undefined }, 'malformed'],
    ['without a modulus', { ...rsa, n: undefined }, 'malformed'],
    ['with a modulus in the other alphabet', { ...rsa, n: `${String(rsa.n).slice(0, -1)}+` }, 'malformed'],
    ['with a padded modulus', { ...rsa, n: `${String(rsa.n)}==` }, 'malformed'],
    ['with a modulus that is an array', { ...rsa, n: [rsa.n] }, 'malformed'],
    ['with an empty exponent', { ...rsa, e: '' }, 'malformed'],
    ['of 1024 bits', jwk(rsaPair(1024)), 'rsa-size'],
    ['of 2047 bits', rsaWith(unfactored(2048) >> 1n), 'rsa-size'],
    ['of 1024 bits behind zeros', { ...rsa, n: point('00'.repeat(128) + 'f'.repeat(256)) }, 'rsa-size'],
    ['of 8193 bits', rsaWith(1n << 8192n), 'rsa-size'],
    ['of 16384 bits', rsaWith(unfactored(16_384)), 'rsa-size'],
    ['behind 800 zeros', { ...rsa, n: behindZeros(800, modulus) }, 'rsa-size'],
    ['with an exponent behind ten zeros', { ...rsa, e: behindZeros(10, 65_537n) }, 'rsa-exponent'],
    ['with exponent 1, which lets anybody sign', rsaWith(modulus, 1n), 'rsa-exponent'],
    ['with exponent 3', rsaWith(modulus, 3n), 'rsa-exponent'],
    ['with exponent 0', { ...rsa, e: 'AA' }, 'rsa-exponent'],
    ['with an even exponent', rsaWith(modulus, 65_538n), 'rsa-exponent'],
    ['with an exponent of 65 bits', rsaWith(modulus, (1n << 64n) + 1n), 'rsa-exponent'],
    ['with an exponent of 3064 bits', rsaWith(unfactored(3_072), (1n << 3_063n) + 1n), 'rsa-exponent'],
    ['with an even modulus', rsaWith(unfactored(2_048) * 2n), 'malformed'],
    ['with a modulus that 3 divides', rsaWith(modulus + 2n * (((3n - (modulus % 3n)) * 2n) % 3n)), 'malformed'],
    ['whose modulus can be factored (ROCA)', rsaWith(rocaFactor() * rocaFactor()), 'roca'],
    ['with a point that is not on its curve', { ...ec, x: ec.y, y: ec.x }, 'malformed'],
    ['with a point of zeros', { ...ec, x: point('00'.repeat(32)), y: point('00'.repeat(32)) }, 'malformed'],
    ['with a short coordinate', { ...ec, x: String(ec.x).slice(0, 40) }, 'malformed'],
    [
      'with a long coordinate',
      { ...ec, x: point(`00${Buffer.from(String(ec.x), 'base64url').toString('hex')}`) },
      'malformed',
    ],
    [
      'with a long second coordinate',
      { ...ec, y: point(`00${Buffer.from(String(ec.y), 'base64url').toString('hex')}`) },
      'malformed',
    ],
    ['without a coordinate', { ...ec, y: undefined }, 'malformed'],
    ['without its first coordinate', { ...ec, x: undefined }, 'malformed'],
    ['with a short Ed25519 point', { ...ed, x: point('01'.repeat(31)) }, 'malformed'],
    ['with an Ed25519 point of zeros', { ...ed, x: point('00'.repeat(32)) }, 'malformed'],
    ['with the neutral point', { ...ed, x: point(`01${'00'.repeat(31)}`) }, 'malformed'],
    ['with the neutral point and a sign', { ...ed, x: point(`01${'00'.repeat(30)}80`) }, 'malformed'],
    ['with a point of order 2', { ...ed, x: point(`ec${'ff'.repeat(30)}7f`) }, 'malformed'],
    [
      'with a point of order 8',
      { ...ed, x: point('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05') },
      'malformed',
    ],
    [
      'with a point of order 8 and a sign',
      { ...ed, x: point('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa') },
      'malformed',
    ],
    ['with an Ed25519 point that is not reduced', { ...ed, x: point(`ee${'ff'.repeat(30)}7f`) }, 'malformed'],
    ['with an Ed25519 point of zeros that is not reduced', { ...ed, x: point(`ed${'ff'.repeat(30)}7f`) }, 'malformed'],
  ])('%s, and the rest of its set serves', (_name, key, why) => {
    const { keys, setAside } = parse({ keys: [key, good] });
    expect(keys).toMatchObject([{ kid: 'good' }]);
    expect(setAside).toStrictEqual([{ why }]);
  });

  test('with the id it has', () => {
    const entries = [
      { kty: 'oct', k: 'AA', kid: 'mac' },
      { kty: 'AKP', priv: 'AA', kid: 'half' },
    ];
    expect(parse({ keys: [...entries, good] }).setAside).toEqual([
      { kid: 'mac', why: 'symmetric' },
      { kid: 'half', why: 'private' },
    ]);
  });

  test('whose private half stands in another entry', () => {
    const pair = rsaPair();
    const secret = { ...pair.privateKey.export({ format: 'jwk' }), kid: 'oops' };
    const padded = point(`00${Buffer.from(String(jwk(pair).n), 'base64url').toString('hex')}`);
    const entries = [jwk(pair, { kid: 'a' }), secret, jwk(pair, { kid: 'b', n: padded }), good];
    expect(parse({ keys: entries })).toMatchObject({
      keys: [{ kid: 'good' }],
      setAside: [
        { kid: 'a', why: 'private' },
        { kid: 'oops', why: 'private' },
        { kid: 'b', why: 'private' },
      ],
    });
  });

  test('but not for being a random modulus', () => {
    const moduli = Array.from({ length: 50 }, () => rsaWith(unfactored(2_048)));
    expect(parse({ keys: moduli }).keys).toHaveLength(50);
  });
});

describe('an answer is no key set', () => {
  const many = Array.from({ length: 257 }, () => good);
  test.each<[name: string, jwks: unknown, broken: RegExp]>([
    ['that is undefined', undefined, /array `keys`/],
    ['that is null', null, /array `keys`/],
    ['that is an array', [good], /array `keys`/],
    ['that is one key', good, /array `keys`/],
    ['that is empty', {}, /array `keys`/],
    ['whose keys are an object', { keys: { 0: good, length: 1 } }, /array `keys`/],
    ['whose keys are inherited', Object.create({ keys: [good] }), /array `keys`/],
    ['of no keys', { keys: [] }, /no keys/],
    ['of 257 keys', { keys: many }, /more than 256/],
  ])('%s', (_name, jwks, broken) => {
    expect(parseKeySet(jwks)).toEqual({ broken: expect.stringMatching(broken) });
    expect(() => staticKeys(jwks)).toThrow(TypeError);
  });

  test('but unusable keys alone are one, of which none is used', () => {
    expect(parse({ keys: [null, { kty: 'oct', k: 'AA' }] })).toMatchObject({
      keys: [],
      setAside: [{ why: 'malformed' }, { why: 'symmetric' }],
    });
  });

  test('but 256 keys are one', () => {
    expect(parse({ keys: many.slice(1) }).keys).toHaveLength(256);
  });
});

import { constants, sign } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { parseKeySet, type KeySet } from '../../src/token/keys/key-set.ts';
import * as byJose from '../../src/token/signature-jose.ts';
import * as byNode from '../../src/token/signature-node.ts';
import type { SignatureCheck } from '../../src/token/signature.ts';
import { ecPair, edPair, encode, jwk, mint, rsaPair, type Pair } from './tokens.ts';

const rsa = rsaPair();
const pairs: readonly [alg: string, pair: Pair][] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, Pair] => [alg, rsa]),
  ['ES256', ecPair('P-256')],
  ['ES384', ecPair('P-384')],
  ['ES512', ecPair('P-521')],
  ['EdDSA', edPair()],
  ['Ed25519', edPair()],
];
const keyOf = (pair: Pair) => (parseKeySet({ keys: [jwk(pair)] }) as KeySet).keys[0]!;
const partsOf = (token: string) => token.split('.') as [string, string, string];

/** Looks for a token with a signature of some form; one in 256 has a given first octet. */
const tokenThat = (alg: string, holds: (signature: Buffer) => boolean): string => {
  for (let i = 0; i < 10_000; i += 1) {
    const token = mint(rsa, { alg }, { i }, alg);
    if (holds(Buffer.from(partsOf(token)[2], 'base64url'))) return token;
  }
  throw new Error('there was none');
};

let others: readonly Pair[];
const withLeadingZero = new Map<string, string>();
beforeAll(() => {
  others = [rsaPair(), ecPair('P-256'), ecPair('P-384'), ecPair('P-521'), edPair()];
  for (const alg of ['RS256', 'PS256'])
    withLeadingZero.set(
      alg,
      tokenThat(alg, (octets) => octets[0] === 0),
    );
});

/** The order of the base point of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const scalar = (value: bigint): string => value.toString(16).padStart(64, '0');

describe.each<[how: string, verifySignature: SignatureCheck]>([
  ['inline', byNode.signatureCheck('inline')],
  ['on the pool', byNode.signatureCheck('pool')],
  ['inline or on the pool', byNode.signatureCheck('auto')],
  ['by jose', byJose.signatureCheck()],
])('a signature checked %s', (_how, verifySignature) => {
  test.each(pairs)('of %s holds under its key alone', async (alg, pair) => {
    const token = mint(pair, { alg }, {}, alg);
    expect(await verifySignature(partsOf(token), keyOf(pair), alg)).toBe(true);
    await jwtVerify(token, pair.publicKey);
    for (const other of others) expect(await verifySignature(partsOf(token), keyOf(other), alg)).toBe(false);
  });

  test('holds for the algorithm asked for alone', async () => {
    const token = mint(rsa, { alg: 'PS256' }, {}, 'PS256');
    expect(await verifySignature(partsOf(token), keyOf(rsa), 'RS256')).toBe(false);
    const renamed = mint(rsa, { alg: 'RS256' }, {}, 'PS256');
    expect(await verifySignature(partsOf(renamed), keyOf(rsa), 'RS256')).toBe(false);
  });

  test.each(['RS256', 'PS256'])('of %s does not hold without its leading zeros', async (alg) => {
    const [header, payload, signature] = partsOf(withLeadingZero.get(alg)!);
    expect(await verifySignature([header, payload, signature], keyOf(rsa), alg)).toBe(true);
    const shorter = encode(Buffer.from(signature, 'base64url').subarray(1));
    expect(await verifySignature([header, payload, shorter], keyOf(rsa), alg)).toBe(false);
  });

  test('does not hold under a private key, a weak one, or one of another algorithm', async () => {
    const token = mint(rsa, { alg: 'RS256' }, {});
    const asPrivate = { ...keyOf(rsa), key: rsa.privateKey };
    expect(await verifySignature(partsOf(token), asPrivate, 'RS256')).toBe(false);
    const weak = rsaPair(1024);
    const asWeak = { ...keyOf(rsa), key: weak.publicKey };
    expect(await verifySignature(partsOf(mint(weak, { alg: 'RS256' }, {})), asWeak, 'RS256')).toBe(false);
    for (const alg of ['none', 'HS256', 'RS1', 'ES256K', '', '__proto__', 'toString']) {
      const [, payload, signature] = partsOf(token);
      expect(await verifySignature([encode({ alg }), payload, signature], keyOf(rsa), alg)).toBe(false);
    }
  });

  test('does not hold under what is no key', async () => {
    const key = { type: 'public', asymmetricKeyType: 'ed25519' } as never;
    const token = mint(edPair(), { alg: 'EdDSA' }, {}, 'EdDSA');
    expect(await verifySignature(partsOf(token), { ...keyOf(edPair()), key }, 'EdDSA')).toBe(false);
  });

  test('of PS256 does not hold with a salt of another length', async () => {
    const input = `${encode({ alg: 'PS256' })}.${encode({})}`;
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign('sha256', Buffer.from(input), { key: rsa.privateKey, padding, saltLength: 0 });
    expect(await verifySignature(partsOf(`${input}.${encode(signature)}`), keyOf(rsa), 'PS256')).toBe(false);
  });

  const ec = ecPair();
  const input = `${encode({ alg: 'ES256' })}.${encode({})}`;
  const [, , good] = partsOf(mint(ec, { alg: 'ES256' }, {}, 'ES256'));
  const r = BigInt(`0x${Buffer.from(good, 'base64url').subarray(0, 32).toString('hex')}`);
  const s = BigInt(`0x${Buffer.from(good, 'base64url').subarray(32).toString('hex')}`);
  const raw = (...scalars: readonly bigint[]): Buffer => Buffer.from(scalars.map(scalar).join(''), 'hex');

  test.each<[name: string, signature: Buffer, holds: boolean]>([
    ['as it was made', raw(r, s), true],
    ['with the other of its two values, which is as good', raw(r, ORDER - s), true],
    ['of two zeros', raw(0n, 0n), false],
    ['with r zero', raw(0n, s), false],
    ['with s zero', raw(r, 0n), false],
    ['with r at the order', raw(ORDER, s), false],
    ['with s at the order', raw(r, ORDER), false],
    ['with both at the order', raw(ORDER, ORDER), false],
    ['in DER', sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'der' }), false],
    ['without its last byte', raw(r, s).subarray(0, 63), false],
    ['with a byte more', Buffer.concat([raw(r, s), Buffer.alloc(1)]), false],
    ['of nothing', Buffer.alloc(0), false],
  ])('of ES256 %s is judged so', async (_name, signature, holds) => {
    expect(await verifySignature(partsOf(`${input}.${encode(signature)}`), keyOf(ec), 'ES256')).toBe(holds);
  });
});

test('jose refuses a signature whose header names another algorithm than the one asked for', async () => {
  const renamed = mint(rsa, { alg: 'RS256' }, {}, 'PS256');
  expect(await byJose.signatureCheck()(partsOf(renamed), keyOf(rsa), 'PS256')).toBe(false);
});

test('signatures are computed inline, or on the pool, as asked for', async () => {
  const parts = partsOf(mint(rsa, { alg: 'RS256' }, {}));
  for (let i = 0; i < 2; i += 1) {
    expect(byNode.signatureCheck('inline')(parts, keyOf(rsa), 'RS256')).toBe(true);
    expect(byNode.signatureCheck('pool')(parts, keyOf(rsa), 'RS256')).toBeInstanceOf(Promise);
  }
  const inline = byNode.signatureCheck('inline');
  expect([inline(parts, keyOf(rsa), 'RS256'), inline(parts, keyOf(rsa), 'RS256')]).toEqual([true, true]);
});

test('of several signatures in one event-loop turn, all but the first are computed on the pool', async () => {
  const check = byNode.signatureCheck('auto');
  const parts = partsOf(mint(rsa, { alg: 'RS256' }, {}));
  for (let turn = 0; turn < 2; turn += 1) {
    const [first, second, third] = [0, 1, 2].map(() => check(parts, keyOf(rsa), 'RS256'));
    expect(first).toBe(true);
    expect(second).toBeInstanceOf(Promise);
    expect(third).toBeInstanceOf(Promise);
    expect(await Promise.all([second, third])).toEqual([true, true]);
    await setImmediate();
  }
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseKeySet, type KeySet } from '../../src/token/keys/key-set.ts';
import * as byJose from '../../src/token/signature-jose.ts';
import * as byNode from '../../src/token/signature-node.ts';
import type { SignedParts } from '../../src/token/signature.ts';
import { ecPair, edPair, encode, jwk, mint, rsaPair, type Pair } from './tokens.ts';
import { runsOf, timeFor } from '../runs.ts';

const [rsa, p256, p384, p521, ed] = [rsaPair(), ecPair('P-256'), ecPair('P-384'), ecPair('P-521'), edPair()];
const pairOf: Readonly<Record<string, Pair>> = {
  ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, rsa])),
  ES256: p256,
  ES384: p384,
  ES512: p521,
  EdDSA: ed,
  Ed25519: ed,
};
const algorithms = Object.keys(pairOf);
const keys = (
  parseKeySet({
    keys: [rsa, p256, p384, p521, ed, rsaPair(), rsaPair(3072), ecPair('P-256'), edPair()].map((p) => jwk(p)),
  }) as KeySet
).keys;
const signed = algorithms.map(
  (alg) => mint(pairOf[alg]!, { alg }, { sub: 'x' }, alg).split('.') as [string, string, string],
);

/** The orders of the base points (SEC 2, sections 2.4.2, 2.5.1 and 2.6.1), by octets of a scalar. */
const orders: Readonly<Record<number, bigint>> = {
  32: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  48: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  66: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

type Change = (bytes: Buffer) => Buffer;

const flip =
  (bit: number): Change =>
  (bytes) => {
    const copy = Buffer.from(bytes);
    const at = bit % Math.max(copy.length * 8, 1);
    if (copy.length > 0) copy[at >> 3]! ^= 1 << (at & 7);
    return copy;
  };
/** DER as other systems write ECDSA signatures (RFC 3279, section 2.2.3). */
const der: Change = (bytes) => {
  const integer = (half: Buffer): Buffer => {
    const [first = 0] = half;
    const body = first > 0x7f ? Buffer.concat([Buffer.of(0), half]) : half;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const body = Buffer.concat(halves(bytes).map(integer));
  return Buffer.concat([Buffer.of(0x30, body.length & 0xff), body]);
};
const halves = (bytes: Buffer): [Buffer, Buffer] => [
  bytes.subarray(0, bytes.length / 2),
  bytes.subarray(bytes.length / 2),
];
const otherS: Change = (bytes) => {
  const [r, s] = halves(bytes);
  const order = orders[s.length];
  if (order === undefined) return bytes;
  const hex = (((order - BigInt(`0x${s.toString('hex')}`)) % order) + order) % order;
  return Buffer.concat([r, Buffer.from(hex.toString(16).padStart(2 * s.length, '0'), 'hex')]);
};

const changeOfSignature: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.nat().map(flip) },
  fc.nat(600).map(
    (length): Change =>
      (bytes) =>
        bytes.subarray(0, length),
  ),
  fc.nat(40).map(
    (length): Change =>
      (bytes) =>
        bytes.subarray(length),
  ),
  fc.uint8Array({ maxLength: 4 }).map(
    (more): Change =>
      (bytes) =>
        Buffer.concat([bytes, more]),
  ),
  fc.uint8Array({ maxLength: 4 }).map(
    (more): Change =>
      (bytes) =>
        Buffer.concat([more, bytes]),
  ),
  fc.uint8Array({ minLength: 64, maxLength: 64 }).map(
    (bytes): Change =>
      () =>
        Buffer.from(bytes),
  ),
  fc.constantFrom<Change>(
    der,
    otherS,
    (bytes) => Buffer.alloc(bytes.length),
    (bytes) => Buffer.alloc(bytes.length, 0xff),
    (bytes) => Buffer.concat([Buffer.alloc(halves(bytes)[0].length), halves(bytes)[1]]),
    (bytes) => Buffer.concat([halves(bytes)[0], Buffer.alloc(halves(bytes)[1].length)]),
    (bytes) => Buffer.concat([halves(bytes)[1], halves(bytes)[0]]),
    () => Buffer.alloc(0),
  ),
);

const changed = (part: string, change: Change): string => encode(change(Buffer.from(part, 'base64url')));

/** What a verifier would take for the algorithm; `fallback` where the header cannot be read. */
const algOf = (header: string, fallback: string): string => {
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown };
    return typeof alg === 'string' ? alg : fallback;
  } catch {
    return fallback;
  }
};

const which = fc.nat(algorithms.length - 1);
interface Case {
  readonly parts: SignedParts;
  readonly alg: string;
}

const token: fc.Arbitrary<Case> = which.chain((index) => {
  const [header, payload, signature] = signed[index]!;
  const alg = algorithms[index]!;
  return fc.oneof(
    fc.constant({ parts: signed[index]!, alg }),
    fc.nat().map((bit) => {
      const flipped = changed(header, flip(bit));
      return { parts: [flipped, payload, signature] as const, alg: algOf(flipped, alg) };
    }),
    fc.nat().map((bit) => ({ parts: [header, changed(payload, flip(bit)), signature] as const, alg })),
    {
      weight: 4,
      arbitrary: changeOfSignature.map((change) => ({
        parts: [header, payload, changed(signature, change)] as const,
        alg,
      })),
    },
    which.map((other) => {
      const name = algorithms[other]!;
      return { parts: [encode({ alg: name }), payload, signature] as const, alg: name };
    }),
    which.map((other) => ({ parts: [header, payload, signed[other]![2]] as const, alg })),
  );
});

describe('the ways to check a signature', () => {
  const inline = byNode.signatureCheck('inline');
  const pool = byNode.signatureCheck('pool');
  const oracle = byJose.signatureCheck();
  const numRuns = runsOf();
  let [held, failed] = [0, 0];

  test(
    'agree about valid and mutated tokens of every algorithm',
    async () => {
      await fc.assert(
        fc.asyncProperty(token, fc.constantFrom(undefined, ...keys), async ({ parts, alg }, given) => {
          const key = given ?? keys[[rsa, p256, p384, p521, ed].indexOf(pairOf[alg] ?? rsa)]!;
          const expected = await oracle(parts, key, alg);
          expect([await inline(parts, key, alg), await pool(parts, key, alg)]).toEqual([expected, expected]);
          if (expected) held += 1;
          else failed += 1;
        }),
        {
          numRuns,
          examples: signed.map((parts, i): [Case, undefined] => [{ parts, alg: algorithms[i]! }, undefined]),
        },
      );
      expect(held).toBeGreaterThanOrEqual(algorithms.length);
      expect(failed).toBeGreaterThan(held);
    },
    timeFor(numRuns),
  );
});

import { decodeBase64url } from '#base64url';
import { bigIntOf } from './big-int.ts';
import type { PublicJwk } from './verification-key.ts';

/** As on Node, for runtimes without `node:crypto`: WebCrypto imports a key only where it is used, since that waits. */
export function publicKeyOf(jwk: PublicJwk): PublicJwk | undefined {
  const curve = jwk.kty === 'EC' ? curves.get(jwk['crv']) : undefined;
  return curve === undefined || isOn(curve, jwk) ? Object.freeze({ ...jwk }) : undefined;
}

interface Curve {
  readonly p: bigint;
  readonly b: bigint;
}

/** `y² = x³ - 3x + b` modulo `p` (NIST SP 800-186, section 3.2.1). */
const curves: ReadonlyMap<unknown, Curve> = new Map([
  [
    'P-256',
    {
      p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
      b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    },
  ],
  [
    'P-384',
    {
      p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    },
  ],
  [
    'P-521',
    {
      p: 2n ** 521n - 1n,
      b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    },
  ],
]);

function isOn({ p, b }: Curve, jwk: PublicJwk): boolean {
  const x = bigIntOf(decodeBase64url(jwk['x'] ?? ''));
  const y = bigIntOf(decodeBase64url(jwk['y'] ?? ''));
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}

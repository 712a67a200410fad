import { decodeBase64url } from '#base64url';
import type { KeyObject } from 'node:crypto';
import { fitOf } from './algorithms.ts';
import { bigIntOf } from './keys/big-int.ts';
import type { PublicJwk } from './keys/verification-key.ts';

/**
 * The exact length in octets of a signature that a key makes with an algorithm (RFC 7518, sections 3.3 to 3.5; RFC 8037,
 * section 3.1); `undefined` where the key is not one for it. OpenSSL takes an RSA-PSS signature without its leading
 * zeros, a second spelling of the same token, so it is for us to ask (RFC 8017, section 8.1.2).
 */
export function signatureLength(key: KeyObject | PublicJwk, alg: string): number | undefined {
  if ('kty' in key) return lengthByJwk(key, alg);
  const { type, asymmetricKeyType, asymmetricKeyDetails: { modulusLength = 0, namedCurve } = {} } = key;
  if (type !== 'public') return undefined;
  switch (asymmetricKeyType) {
    case 'rsa':
      return RSA.test(alg) && modulusLength >= LEAST_RSA_BITS ? Math.ceil(modulusLength / 8) : undefined;
    case 'ec':
      return curves.get(alg)?.name === namedCurve ? curves.get(alg)?.bytes : undefined;
    case 'ed25519':
      return alg === 'EdDSA' || alg === 'Ed25519' ? 64 : undefined;
    default:
      return undefined;
  }
}

/** As `signatureLength`, of a public JWK. */
function lengthByJwk(jwk: PublicJwk, alg: string): number | undefined {
  const fit = fitOf(alg);
  if (fit?.kty !== jwk.kty || (fit.crv !== undefined && fit.crv !== jwk['crv'])) return undefined;
  if (jwk.kty === 'OKP') return 64;
  if (jwk.kty === 'EC') return curves.get(alg)?.bytes;
  const bits = bigIntOf(decodeBase64url(jwk['n'] ?? '')).toString(2).length;
  return bits >= LEAST_RSA_BITS ? Math.ceil(bits / 8) : undefined;
}

const RSA = /^[RP]S(?:256|384|512)$/;
const LEAST_RSA_BITS = 2048;

/** OpenSSL's names of the curves, and the octets of `r` and `s` together. */
const curves: ReadonlyMap<string, { readonly name: string; readonly bytes: number }> = new Map([
  ['ES256', { name: 'prime256v1', bytes: 64 }],
  ['ES384', { name: 'secp384r1', bytes: 96 }],
  ['ES512', { name: 'secp521r1', bytes: 132 }],
]);

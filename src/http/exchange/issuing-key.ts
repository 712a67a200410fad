import {
  calculateJwkThumbprint,
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import type { Scheduled } from './key-schedule.ts';

/** What tokens are signed with: ES256 (RFC 7518, section 3.4) or EdDSA with Ed25519 (RFC 8037). */
export type IssuingAlgorithm = 'ES256' | 'EdDSA';

export const issuingAlgorithms: readonly IssuingAlgorithm[] = ['ES256', 'EdDSA'];

/** A key that tokens are, will be, or were signed with. */
export interface IssuingKey extends Scheduled {
  readonly kid: string;
  readonly algorithm: IssuingAlgorithm;
  readonly privateKey: CryptoKey;
  /** As published, without any private member. */
  readonly publicJwk: JWK;
  /** As kept. */
  readonly privateJwk: JWK;
}

export async function makeKey(algorithm: IssuingAlgorithm, signsFrom: number): Promise<IssuingKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return importKey({ ...(await exportJWK(privateKey)), alg: algorithm }, signsFrom);
}

/**
 * The key of a private JWK. Its id is its thumbprint (RFC 7638), so that no two keys share one.
 *
 * @throws {TypeError} of anything else; the message never holds a part of the key
 */
export async function importKey(jwk: JWK, signsFrom: number): Promise<IssuingKey> {
  const algorithm = issuingAlgorithms.find((name) => name === jwk.alg);
  const privateKey = algorithm === undefined ? undefined : await importJWK(jwk, algorithm).catch(() => undefined);
  if (
    algorithm === undefined ||
    privateKey === undefined ||
    privateKey instanceof Uint8Array ||
    privateKey.type !== 'private'
  ) {
    throw new TypeError(`not a private key for ${issuingAlgorithms.join(' or ')}`);
  }
  const { d: _, ...bare } = jwk;
  const kid = await calculateJwkThumbprint(bare);
  const publicJwk = { ...bare, kid, alg: algorithm, use: 'sig' } as JWK;
  return { kid, algorithm, privateKey, publicJwk, privateJwk: { ...jwk, kid }, signsFrom };
}

/** Signs claims as an access token (RFC 9068, section 2.1). */
export async function signAccessToken(claims: object, { kid, algorithm, privateKey }: IssuingKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid })
    .sign(privateKey);
}

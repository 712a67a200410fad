import type { KeyObject } from 'node:crypto';

/** The public members of a JWK by name (RFC 7638, section 3.2). */
export type PublicJwk = Readonly<Record<string, string>> & { readonly kty: 'RSA' | 'EC' | 'OKP' };

/** A public key that may verify signatures. */
export interface VerificationKey {
  /** RFC 7638 thumbprint and `alg`: what a cached signature check depends on. */
  readonly id: string;
  readonly kid?: string;
  readonly kty: 'RSA' | 'EC' | 'OKP';
  /** Where present, the one algorithm the key may be used with (RFC 7517, section 4.4). */
  readonly alg?: string;
  readonly crv?: string;
  /** A `KeyObject` where there is Node; elsewhere the public JWK, which WebCrypto imports at its first use. */
  readonly key: KeyObject | PublicJwk;
}

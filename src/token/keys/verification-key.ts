import type { KeyObject } from 'node:crypto';

/** A public key that may verify signatures. */
export interface VerificationKey {
  /** RFC 7638 thumbprint and `alg`: what a cached signature check depends on. */
  readonly id: string;
  readonly kid?: string;
  readonly kty: 'RSA' | 'EC' | 'OKP';
  /** Where present, the one algorithm the key may be used with (RFC 7517, section 4.4). */
  readonly alg?: string;
  readonly crv?: string;
  readonly key: KeyObject;
}

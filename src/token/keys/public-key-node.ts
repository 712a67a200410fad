import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from './verification-key.ts';

/** The key of public members that were judged; `undefined` of a point that is not on its curve. */
export function publicKeyOf(jwk: PublicJwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

import { flattenedVerify } from 'jose';
import type { VerificationKey } from './keys/verification-key.ts';

/**
 * Whether the signature over `header.payload` holds under this key and this algorithm (RFC 7515, section 5.2). Everything
 * that keeps it from holding, an unfit key included, is `false`; it never rejects.
 */
export async function verifySignature(
  parts: readonly [protectedHeader: string, payload: string, signature: string],
  key: VerificationKey,
  alg: string,
): Promise<boolean> {
  const [protectedHeader, payload, signature] = parts;
  try {
    await flattenedVerify({ protected: protectedHeader, payload, signature }, key.key, { algorithms: [alg] });
    return true;
  } catch {
    return false;
  }
}

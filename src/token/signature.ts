import type { VerificationKey } from './keys/verification-key.ts';

/** A JWS in compact form, cut at its dots (RFC 7515, section 7.1): canonical base64url, and not yet verified. */
export type SignedParts = readonly [protectedHeader: string, payload: string, signature: string];

/**
 * Whether the signature over `header.payload` holds under this key and this algorithm, which must be the one that the
 * header names (RFC 7515, section 5.2). Everything that keeps it from holding, an unfit key included, is `false`; it
 * neither throws nor rejects. Where the answer is at hand it comes at once.
 */
export type SignatureCheck = (parts: SignedParts, key: VerificationKey, alg: string) => boolean | Promise<boolean>;

/** Where signatures are computed, on runtimes that leave the choice. */
export type VerificationMode =
  /** On the calling thread: the least work a token. */
  | 'inline'
  /** On the thread pool: the event loop stays free, several tokens at once use several processors. */
  | 'pool'
  /** The first of an event-loop turn inline, further ones of that turn on the pool. */
  | 'auto';

export const verificationModes: readonly VerificationMode[] = ['inline', 'pool', 'auto'];

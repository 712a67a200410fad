import { decodeBase64url } from '#base64url';
import { flattenedVerify } from 'jose';
import { signatureLength } from './signature-length.ts';
import type { SignatureCheck } from './signature.ts';

/** Checks signatures with WebCrypto, by way of jose: for every runtime without `node:crypto`. Always asynchronous. */
export function signatureCheck(): SignatureCheck {
  return async ([protectedHeader, payload, signature], { key }, alg) => {
    if (decodeBase64url(signature).length !== signatureLength(key, alg)) return false;
    try {
      await flattenedVerify({ protected: protectedHeader, payload, signature }, key, { algorithms: [alg] });
      return true;
    } catch {
      return false;
    }
  };
}

import { CompactSign } from 'jose';
import type { SigningKey } from './signing-key.ts';

/**
 * Signs claims as they are: a JWT in compact form (RFC 7519, section 7.1). The header is exactly
 * `{ "alg": …, "kid": … }`, for the development issuer's key `{ "alg": "RS256", "kid": "k0" }`, with `header` added;
 * members that are `undefined` are left out of header and claims.
 */
export async function mintToken(
  claims: Readonly<Record<string, unknown>>,
  key: SigningKey,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
    .sign(key.privateKey);
}

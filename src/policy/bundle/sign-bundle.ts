import { createSha256 } from '#sha256';
import { base64url, FlattenedSign, flattenedVerify, importJWK, type JWK } from 'jose';
import { BundleFault } from './bundle-fault.ts';

/** The `typ` of a signature on a bundle: one that was made for anything else is none (RFC 8725, section 3.11). */
const TYPE = 'countersign-bundle+jws';

/**
 * The last line of a signed bundle: a JWS with detached content (RFC 7515, appendix F), whose content is the SHA-256 of
 * all bytes above it.
 *
 * @throws {TypeError} of a key that is no private JWK for EdDSA or ES256
 */
export async function signatureLine(unsigned: Uint8Array, jwk: JWK): Promise<string> {
  const alg = algorithmOf(jwk);
  if (alg === undefined || jwk.d === undefined) {
    throw new TypeError('a bundle is signed with a private JWK for EdDSA (Ed25519) or ES256 (P-256)');
  }
  const header = { alg, typ: TYPE, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
  const { protected: protectedHeader, signature } = await new FlattenedSign(contentOf(unsigned))
    .setProtectedHeader(header)
    .sign(await importJWK(jwk, alg));
  return `${JSON.stringify({ signature: `${protectedHeader ?? ''}..${signature}` })}\n`;
}

/**
 * Holds a signature against the bytes above it: it must be from one of the keys.
 *
 * @throws {BundleFault} `bundle-unsigned` where there is none, `bundle-signature` where no key made it
 */
export async function checkSignature(
  unsigned: Uint8Array,
  signature: string | undefined,
  line: number,
  keys: readonly JWK[],
): Promise<void> {
  if (signature === undefined) {
    throw new BundleFault('bundle-unsigned', line, 'the bundle is not signed', 'write it with `--sign KEY`');
  }
  const [protectedHeader = '', content, value = '', ...rest] = signature.split('.');
  for (const jwk of content === '' && rest.length === 0 ? keys : []) {
    const alg = algorithmOf(jwk);
    if (alg === undefined) continue;
    const jws = { protected: protectedHeader, payload: base64url.encode(contentOf(unsigned)), signature: value };
    try {
      const verified = await flattenedVerify(jws, await importJWK(jwk, alg), { algorithms: [alg] });
      if (verified.protectedHeader?.typ === TYPE) return;
    } catch {
      // Another of the keys may have made it.
    }
  }
  throw new BundleFault(
    'bundle-signature',
    line,
    'none of the trusted keys has signed this bundle',
    'it was altered, or signed with another key',
  );
}

/** What is signed. */
function contentOf(unsigned: Uint8Array): Uint8Array {
  const hash = createSha256();
  hash.update(unsigned);
  return hash.digest();
}

function algorithmOf({ kty, crv }: JWK): string | undefined {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA';
  return kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined;
}

import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

/** A key that an issuer signs with. */
export interface SigningKey {
  /** Key id, as in the header of its tokens and in the JWKS. */
  readonly kid: string;
  /** JWA name of the one algorithm it is for (RFC 7518, section 3.1). */
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  /** As published: `kid`, `alg` and `use: sig`, no private member. */
  readonly publicJwk: JWK;
}

/** Makes a key (RSA: 2048 bits) and gives it with its private JWK, the form in which it can be kept. */
export async function generateSigningKey(
  kid: string,
  algorithm: string,
): Promise<{ key: SigningKey; privateJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const names = { kid, alg: algorithm, use: 'sig' };
  const publicJwk = { ...(await exportJWK(publicKey)), ...names };
  const privateJwk = { ...(await exportJWK(privateKey)), ...names };
  return { key: { kid, algorithm, privateKey, publicJwk }, privateJwk };
}

/**
 * The signing key of a private RSA JWK for RS256, as `generateSigningKey` gives it.
 *
 * @throws {TypeError} of anything else; the message never holds a part of the key
 */
export async function importSigningKey(jwk: JWK): Promise<SigningKey> {
  const { kty, kid, alg, n, e } = jwk;
  const complete = [n, e, jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].every((member) => typeof member === 'string');
  if (kty !== 'RSA' || alg !== 'RS256' || typeof kid !== 'string' || !complete) {
    throw new TypeError('not a private RSA key for RS256 with a key id');
  }
  const privateKey = await importJWK(jwk, alg);
  if (privateKey instanceof Uint8Array || privateKey.type !== 'private') throw new TypeError('not a private key');
  return { kid, algorithm: alg, privateKey, publicJwk: { kty, n, e, kid, alg, use: 'sig' } as JWK };
}

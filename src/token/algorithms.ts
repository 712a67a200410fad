/** The kind of key a signature algorithm needs (RFC 7518, section 3.1; RFC 8037; RFC 9864). */
export interface AlgorithmFit {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
}

const fits: ReadonlyMap<string, AlgorithmFit> = new Map<string, AlgorithmFit>([
  ['RS256', { kty: 'RSA' }],
  ['RS384', { kty: 'RSA' }],
  ['RS512', { kty: 'RSA' }],
  ['PS256', { kty: 'RSA' }],
  ['PS384', { kty: 'RSA' }],
  ['PS512', { kty: 'RSA' }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
]);

/** Asymmetric signatures only: an issuer's key is public, so a MAC keyed with it proves nothing. */
export const supportedAlgorithms: readonly string[] = [...fits.keys()];

export function isSupportedAlgorithm(alg: string): boolean {
  return fits.has(alg);
}

/** What kind of key an algorithm needs; `undefined` for one that is not supported. */
export function fitOf(alg: string): AlgorithmFit | undefined {
  return fits.get(alg);
}

/** `EdDSA` with Ed25519 and `Ed25519` are two names of one algorithm (RFC 9864, section 2.2). */
export function sameAlgorithm(one: string, other: string): boolean {
  return one === other || (isEd25519(one) && isEd25519(other));
}

function isEd25519(alg: string): boolean {
  return alg === 'EdDSA' || alg === 'Ed25519';
}

import { decodeBase64url, encodeBase64url } from '#base64url';
import { publicKeyOf } from '#public-key';
import { digestOf } from '#token-id';
import { fitOf } from '../algorithms.ts';
import { base64urlFault } from '../base64url.ts';
import { ed25519Fault } from './ed25519-point.ts';
import type { KeyFault } from './key-fault.ts';
import { rsaFault } from './rsa-strength.ts';
import type { PublicJwk, VerificationKey } from './verification-key.ts';

/** A key as it was found: usable, or the fault it has. `thumbprint` ties the two halves of a pair together. */
export type ImportedKey =
  | { readonly kid: string | undefined; readonly thumbprint: string; readonly usable: VerificationKey }
  | { readonly kid: string | undefined; readonly thumbprint?: string; readonly why: KeyFault };

type Jwk = Readonly<Record<string, unknown>>;
type Kty = VerificationKey['kty'];

/** The public members by type, in the order of RFC 7638, section 3.2. */
const publicMembers: Readonly<Record<Kty, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

/** Octets of a coordinate by curve; RFC 7518, section 6.2.1.2, wants exactly that many. */
const coordinates: ReadonlyMap<unknown, { readonly kty: Kty; readonly bytes: number }> = new Map([
  ['P-256', { kty: 'EC', bytes: 32 }],
  ['P-384', { kty: 'EC', bytes: 48 }],
  ['P-521', { kty: 'EC', bytes: 66 }],
  ['Ed25519', { kty: 'OKP', bytes: 32 }],
]);

/** Judges and imports one entry of a JWKS. Total: whatever stands there, it does not throw. */
export function importKey(entry: unknown): ImportedKey {
  const jwk: Jwk = { __proto__: null, ...(Object(entry) as object) };
  const kid = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
  const { kty } = jwk;
  if (kty === 'oct' || Object.hasOwn(jwk, 'k')) return { kid, why: 'symmetric' };
  const known = kty === 'RSA' || kty === 'EC' || kty === 'OKP';
  const thumbprint = known ? thumbprintOf(jwk, kty) : undefined;
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    return thumbprint === undefined ? { kid, why: 'private' } : { kid, why: 'private', thumbprint };
  }
  if (!known) return { kid, why: typeof kty === 'string' ? 'unsupported' : 'malformed' };
  const why = purposeFault(jwk, kty) ?? materialFault(jwk, kty);
  if (why !== undefined || thumbprint === undefined) return { kid, why: why ?? 'malformed' };
  const key = publicKeyOf(publicJwk(jwk, kty));
  return key === undefined ? { kid, why: 'malformed' } : { kid, thumbprint, usable: usable(jwk, kty, thumbprint, key) };
}

function usable(jwk: Jwk, kty: Kty, thumbprint: string, key: VerificationKey['key']): VerificationKey {
  const { kid, alg, crv } = jwk;
  return {
    id: `${thumbprint}.${typeof alg === 'string' ? alg : ''}`,
    ...(typeof kid === 'string' ? { kid } : {}),
    kty,
    ...(typeof alg === 'string' ? { alg } : {}),
    ...(typeof crv === 'string' ? { crv } : {}),
    key,
  };
}

/** What the key says it is for: RFC 7517, sections 4.2 to 4.5. */
function purposeFault(jwk: Jwk, kty: Kty): KeyFault | undefined {
  const { use, alg, key_ops: ops, kid } = jwk;
  if (kid !== undefined && typeof kid !== 'string') return 'malformed';
  if (use !== undefined && use !== 'sig') return typeof use === 'string' ? 'not-for-signatures' : 'malformed';
  if (ops !== undefined && !Array.isArray(ops)) return 'malformed';
  if (ops !== undefined && !ops.includes('verify')) return 'not-for-signatures';
  if (alg === undefined) return undefined;
  if (typeof alg !== 'string') return 'malformed';
  const fit = fitOf(alg);
  if (fit === undefined) return 'not-for-signatures';
  return fit.kty === kty && (fit.crv === undefined || fit.crv === jwk['crv']) ? undefined : 'malformed';
}

function materialFault(jwk: Jwk, kty: Kty): KeyFault | undefined {
  if (kty === 'RSA') {
    const [n, e] = [bytesOf(jwk['n']), bytesOf(jwk['e'])];
    return n === undefined || e === undefined ? 'malformed' : rsaFault(n, e);
  }
  const curve = coordinates.get(jwk['crv']);
  if (curve?.kty !== kty) return typeof jwk['crv'] === 'string' ? 'unsupported' : 'malformed';
  const [x, y] = [bytesOf(jwk['x']), bytesOf(jwk['y'])];
  if (x?.length !== curve.bytes) return 'malformed';
  if (kty === 'OKP') return ed25519Fault(x);
  return y?.length === curve.bytes ? undefined : 'malformed';
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value === '' || base64urlFault(value) !== undefined) return undefined;
  return decodeBase64url(value);
}

/** RFC 7638; `undefined` where a member it needs is missing. RSA numbers count without leading zeros. */
function thumbprintOf(jwk: Jwk, kty: Kty): string | undefined {
  const members: Record<string, string> = {};
  for (const name of publicMembers[kty]) {
    const value = jwk[name];
    if (typeof value !== 'string') return undefined;
    members[name] = kty === 'RSA' && name !== 'kty' ? shortest(value) : value;
  }
  return encodeBase64url(Uint8Array.from(digestOf(JSON.stringify(members)), (octet) => octet.charCodeAt(0)));
}

function shortest(value: string): string {
  const bytes = decodeBase64url(value);
  const first = bytes.findIndex((byte) => byte !== 0);
  return encodeBase64url(bytes.subarray(Math.max(first, 0)));
}

/** Only the public members reach the importer, which also refuses a point that is not on its curve. */
function publicJwk(jwk: Jwk, kty: Kty): PublicJwk {
  return Object.fromEntries(publicMembers[kty].map((name) => [name, jwk[name]])) as PublicJwk;
}

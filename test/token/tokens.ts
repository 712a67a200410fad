import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
  type SignKeyObjectInput,
} from 'node:crypto';
import type { IssuerTrust } from '../../src/token/verify.ts';

/** A time to verify at, in seconds. */
export const NOW = 1_800_000_000;

export const ISSUER = 'https://issuer.example';

export const trust: IssuerTrust = {
  url: ISSUER,
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
  tokenType: ['JWT'],
  clockSkew: 30,
  maxLifetime: 86_400,
};

export const claims: Readonly<Record<string, unknown>> = {
  iss: ISSUER,
  aud: 'https://secrets.example',
  sub: 'org:o/env:e',
  iat: NOW - 60,
  exp: NOW + 3_600,
};

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Keys are written and read in again: Node 20 can stop for ever where it makes a JWK of a key while what made the key is
 * being collected, as both take the key's lock.
 */
const readIn = ({ privateKey }: Pair): Pair => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
};

export const rsaPair = (modulusLength = 2048, publicExponent = 65_537): Pair =>
  readIn(generateKeyPairSync('rsa', { modulusLength, publicExponent }));
export const ecPair = (namedCurve = 'P-256'): Pair => readIn(generateKeyPairSync('ec', { namedCurve }));
export const edPair = (): Pair => readIn(generateKeyPairSync('ed25519'));

/** The public half as it stands in a JWKS. */
export const jwk = ({ publicKey }: Pair, more: object = {}): JsonWebKey & Record<string, unknown> => ({
  ...publicKey.export({ format: 'jwk' }),
  ...more,
});

export const encode = (value: unknown): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))).toString(
    'base64url',
  );

const withPadding = (key: KeyObject, alg: string): KeyObject | SignKeyObjectInput =>
  alg.startsWith('PS')
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : alg.startsWith('ES')
      ? { key, dsaEncoding: 'ieee-p1363' }
      : key;

const digestOf = (alg: string): string | null => (alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`);

/** Signs whatever it is given: header and payload are taken as JSON values, or as text or bytes if they are such. */
export const mint = (
  { privateKey }: Pair,
  header: unknown = { alg: 'RS256', kid: 'one' },
  payload: unknown = claims,
  alg = 'RS256',
): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(digestOf(alg), Buffer.from(input), withPadding(privateKey, alg)).toString('base64url')}`;
};

/** A token whose MAC is keyed with bytes that everybody knows. */
export const mintHmac = (secret: string | Buffer, header: object, payload: unknown = claims): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

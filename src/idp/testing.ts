import type { JWK } from 'jose';
import { answerFrom, issuerUrlOf, publishedDocuments } from './discovery.ts';
import { mintToken } from './mint.ts';
import { generateSigningKey, type SigningKey } from './signing-key.ts';

const algorithms: readonly TestAlgorithm[] = [
  'RS256',
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
  'ES384',
  'ES512',
];

/** What a test issuer can sign with (RFC 7518, section 3.1; RFC 8037; RFC 9864). */
export type TestAlgorithm =
  'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'Ed25519' | 'RS384' | 'RS512' | 'PS384' | 'PS512' | 'ES384' | 'ES512';

/** Options of `createTestIssuer`; each may be left out. */
export interface TestIssuerOptions {
  /** The issuer's url, which its tokens carry as `iss` and policies name as `url`. Default `https://issuer.test`. */
  readonly url?: string;
  /** What it signs with. Default `RS256`. */
  readonly algorithm?:
    'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'Ed25519' | 'RS384' | 'RS512' | 'PS384' | 'PS512' | 'ES384' | 'ES512';
  /** The time, in seconds since the epoch. Give the engine the same clock. Default: the system's. */
  readonly clock?: () => number;
}

/** Claims of a test token. A member that is `undefined` is left out of the token, also `iss`, `iat` or `exp`. */
export interface TestClaims {
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly [claim: string]: unknown;
}

/** Options of `token`; each may be left out. */
export interface TestTokenOptions {
  /** Seconds from now to `exp`, less than zero for a token that has expired. Default 3600. */
  readonly expiresIn?: number;
  /** Further members of the header, beside `alg` and `kid`; `{ kid: undefined }` leaves the `kid` out. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** An issuer in memory, with a real key that nobody else has. */
export interface TestIssuer {
  /** Its url, for `issuers.<name>.url` of a policy. */
  readonly url: string;
  /** Its public keys, for `jwks: { keys }` of a policy. The object stays the same and follows `rotate()`. */
  readonly keys: { readonly keys: readonly JWK[] };
  /**
   * Signs a token. `iss`, `iat` (now) and `exp` (in one hour) are filled in unless given.
   *
   * @throws {TypeError} of an unknown option or a wrong type, and of a header that jose does not sign (another `alg`
   *   than the issuer's, a `crit` it does not know)
   */
  token(claims?: TestClaims, options?: TestTokenOptions): Promise<string>;
  /**
   * Replaces the key: a new one with a new `kid` (`k0`, `k1`, …) signs, and the one before is no longer published, so
   * that its tokens are refused once the keys have been fetched again.
   */
  rotate(): Promise<void>;
  /**
   * Answers discovery and key set of this issuer without a network, to be passed to the engine as `fetch`. Every other
   * path of its origin is 404, every other origin a `TypeError` like that of a network that is down.
   */
  readonly fetch: typeof fetch;
}

/**
 * Makes an issuer for tests of your own service: real signatures, no network, no fixture that expires.
 *
 * ```ts
 * import { createEngine } from 'countersign';
 * import { createTestIssuer } from 'countersign/testing';
 *
 * // policies/ names the issuer: `url: https://issuer.test`, `audiences: [https://secrets.example.com]`
 * const issuer = await createTestIssuer();
 * const engine = await createEngine({ policies: 'policies', fetch: issuer.fetch });
 *
 * const token = await issuer.token({ sub: 'org:acme/user:ada', aud: 'https://secrets.example.com' });
 * const decision = await engine.authorize(token, { action: 'read', resource: 'secret/payments/db' });
 * assert.equal(decision.effect, 'allow');
 *
 * // hostile tokens too: expired, without `exp`, of another type
 * await issuer.token({ sub, aud }, { expiresIn: -3600 });
 * await issuer.token({ sub, aud, exp: undefined });
 * await issuer.token({ sub, aud }, { header: { typ: 'at+jwt' } });
 *
 * await engine.close();
 * ```
 *
 * @throws {TypeError} of an unknown option or a wrong type, naming the valid choices
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  refuseUnknown('createTestIssuer', options, ['url', 'algorithm', 'clock']);
  const { algorithm = 'RS256', clock = () => Date.now() / 1000 } = options;
  const url = issuerUrlOf('url', options.url ?? 'https://issuer.test');
  if (!algorithms.includes(algorithm)) throw new TypeError(`algorithm must be one of ${algorithms.join(', ')}`);
  if (typeof clock !== 'function') throw new TypeError('clock must be a function that returns seconds since the epoch');

  const keys: JWK[] = [];
  let generation = 0;
  let key = await nextKey();

  async function nextKey(): Promise<SigningKey> {
    const made = await generateSigningKey(`k${generation++}`, algorithm);
    keys.splice(0, keys.length, made.key.publicJwk);
    return made.key;
  }

  return {
    url,
    keys: { keys },
    async token(claims = {}, tokenOptions = {}) {
      refuseUnknown('token', tokenOptions, ['expiresIn', 'header']);
      const { expiresIn = 3600, header = {} } = tokenOptions;
      refuseUnlessObject('claims', claims);
      refuseUnlessObject('header', header);
      if (!Number.isFinite(expiresIn)) throw new TypeError('expiresIn must be a number of seconds');
      if (Object.hasOwn(header, 'alg') && header['alg'] !== algorithm) {
        throw new TypeError(`header.alg cannot be chosen: the key of this issuer is for ${algorithm}`);
      }
      const now = Math.floor(clock());
      return mintToken({ iss: url, iat: now, exp: now + expiresIn, ...claims }, key, header);
    },
    async rotate() {
      key = await nextKey();
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const asked = new URL(request.url);
      if (asked.origin !== new URL(url).origin) {
        throw new TypeError(`fetch failed: the test issuer ${url} does not answer for ${asked.origin}`);
      }
      return answerFrom(publishedDocuments(url, keys), asked, request.method);
    },
  };
}

function refuseUnknown(what: string, options: unknown, known: readonly string[]): void {
  refuseUnlessObject(`options of ${what}`, options);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`unknown option ${JSON.stringify(unknown)} of ${what}; the options are ${known.join(', ')}`);
  }
}

function refuseUnlessObject(what: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object`);
  }
}

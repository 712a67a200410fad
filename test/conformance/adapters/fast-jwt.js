// @ts-check
import { createPublicKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';

/** @typedef {import('../judge.js').Trust} Trust */

/**
 * It takes keys as PEM, so its users look them up: by `kid`, or the only one there is.
 * @param {{ keys: any[] }} jwks
 * @returns {(decoded: { header: Record<string, any> }) => Promise<string>}
 */
const keyFrom =
  (jwks) =>
  async ({ header }) => {
    const { kid } = header;
    const jwk = jwks.keys.length === 1 ? jwks.keys[0] : jwks.keys.find((key) => key?.kid === kid);
    return String(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
  };

/** @param {Trust} trust @param {{ keys: any[] }} jwks @param {number} now */
const usual = ({ issuer, audience, algorithms }, jwks, now) => ({
  key: keyFrom(jwks),
  algorithms: [...algorithms],
  allowedIss: issuer,
  ...(audience === undefined ? {} : { allowedAud: [...audience] }),
  clockTimestamp: now * 1_000,
});

/** All that its documentation offers against misuse. @param {Trust} trust @param {{ keys: any[] }} jwks @param {number} now */
const best = (trust, jwks, now) => ({
  ...usual(trust, jwks, now),
  requiredClaims: ['exp', 'iat', 'sub', 'aud', 'iss'],
  checkTyp: String(trust.tokenType[0]),
  maxAge: (trust.maxTokenAge ?? 86_400) * 1_000,
  clockTolerance: trust.clockSkew * 1_000,
});

/**
 * fast-jwt with keys, issuer, audience and algorithms set. It fetches nothing itself.
 * @param {string} name
 * @param {(trust: Trust, jwks: { keys: any[] }, now: number) => any} options
 * @returns {import('../judge.js').Adapter}
 */
const adapter = (name, options) => ({
  name,
  verify: async ({ token, jwks, trust, now }) => {
    await createVerifier(options(trust, jwks, now))(token);
    return { accepted: true };
  },
});

export const fastJwtAdapters = [adapter('fast-jwt', usual), adapter('fast-jwt, best options', best)];

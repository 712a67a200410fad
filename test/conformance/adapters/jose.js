// @ts-check
import { URL } from 'node:url';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';

/** @typedef {import('../judge.js').Trust} Trust */

/** @param {Trust} trust @param {number} now */
const usual = ({ issuer, audience, algorithms }, now) => ({
  issuer,
  ...(audience === undefined ? {} : { audience: [...audience] }),
  algorithms: [...algorithms],
  currentDate: new Date(now * 1_000),
});

/** All that its documentation offers against misuse. @param {Trust} trust @param {number} now */
const best = (trust, now) => ({
  ...usual(trust, now),
  requiredClaims: ['exp', 'iat', 'sub'],
  typ: String(trust.tokenType[0]),
  maxTokenAge: trust.maxTokenAge ?? 86_400,
  clockTolerance: trust.clockSkew,
});

/**
 * jose with a JWKS, issuer, audience and algorithms set.
 * @param {string} name
 * @param {(trust: Trust, now: number) => object} options
 * @returns {import('../judge.js').Adapter}
 */
const adapter = (name, options) => ({
  name,
  verify: async ({ token, jwks, trust, now }) => {
    await jwtVerify(token, createLocalJWKSet(jwks), options(trust, now));
    return { accepted: true };
  },
  connect: async ({ trust, jwksUri, clock, deadline }) => {
    const keys = createRemoteJWKSet(new URL(String(jwksUri)), { timeoutDuration: deadline * 1_000 });
    return {
      verify: (token) =>
        atTime(clock(), async () => {
          await jwtVerify(token, keys, options(trust, clock()));
          return { accepted: true };
        }),
    };
  },
});

const systemNow = Date.now;
let atWork = 0;

/**
 * Its remote set has no clock of its own: while it works, the process has the entry's.
 * @template Value
 * @param {number} seconds
 * @param {() => Promise<Value>} work
 */
async function atTime(seconds, work) {
  atWork += 1;
  Date.now = () => seconds * 1_000;
  try {
    return await work();
  } finally {
    atWork -= 1;
    if (atWork === 0) Date.now = systemNow;
  }
}

export const joseAdapters = [adapter('jose', usual), adapter('jose, best options', best)];

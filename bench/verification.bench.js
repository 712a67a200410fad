// @ts-check
import { Buffer } from 'node:buffer';
import { verify } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { staticKeys } from '../dist/token/keys/static-keys.js';
import { createVerifier } from '../dist/token/verify.js';
import { AUDIENCE, ISSUER, microsecondsEach, signedTokens } from './harness/signed-tokens.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */
/** @typedef {import('./harness/context.js').Context} Context */
/** @typedef {import('./harness/signed-tokens.js').Algorithm} Algorithm */
/** @typedef {ReturnType<typeof signedTokens>} Signed */

const TOKENS = 2_000;
const A_ROUND = 400;

/**
 * Each verifier with what it verifies fastest with, and with issuer, audience and algorithms set.
 * @param {Context} context
 * @param {Algorithm} alg
 * @param {Signed} signed
 */
async function verifiers(context, alg, { publicKey, jwk, digest, verifyWith }) {
  const keys = staticKeys({ keys: [jwk] });
  const trust = { url: ISSUER, algorithms: [alg], tokenType: ['JWT'], clockSkew: 30, maxLifetime: 86_400 };
  const ours = createVerifier({ issuers: new Map([[ISSUER, trust]]), keys: () => keys, verification: 'inline' });
  const set = createLocalJWKSet({ keys: [jwk] });
  const asked = { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg] };
  return {
    'crypto.verify alone': (/** @type {string} */ token) => {
      const dot = token.lastIndexOf('.');
      return verify(
        digest,
        Buffer.from(token.slice(0, dot)),
        verifyWith,
        Buffer.from(token.slice(dot + 1), 'base64url'),
      );
    },
    'countersign, inline': (/** @type {string} */ token) => ours(token, Date.now() / 1000),
    jose: (/** @type {string} */ token) => jwtVerify(token, set, asked),
    ...(await peers(context, alg, publicKey, jwk)),
  };
}

/**
 * fast-jwt has its key as PEM, prepared once, aws-jwt-verify its JWKS at hand, jsonwebtoken a `KeyObject`; it takes no EdDSA.
 * @param {Context} context
 * @param {Algorithm} alg
 * @param {import('node:crypto').KeyObject} publicKey
 * @param {object} jwk
 */
async function peers(context, alg, publicKey, jwk) {
  const [fast, aws, jsonwebtoken] = [
    await context.peer('fast-jwt'),
    await context.peer('aws-jwt-verify'),
    await context.peer('jsonwebtoken'),
  ];
  const key = publicKey.export({ type: 'spki', format: 'pem' });
  const asked = { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE };
  const awsVerifier = aws?.JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks` });
  awsVerifier?.cacheJwks({ keys: [jwk] });
  /** @type {Record<string, (token: string) => unknown>} */
  const found = {};
  if (fast) {
    found['fast-jwt'] = fast.createVerifier({ key, algorithms: [alg], allowedIss: ISSUER, allowedAud: AUDIENCE });
  }
  if (awsVerifier) found['aws-jwt-verify'] = (token) => awsVerifier.verifySync(token);
  if (jsonwebtoken && alg !== 'EdDSA') {
    found['jsonwebtoken'] = (token) => jsonwebtoken.default.verify(token, publicKey, asked);
  }
  return found;
}

/** @type {Benchmark} */
export const benchmark = {
  title: 'Verifying new tokens, keys at hand',
  axes: { y: 'microseconds a token' },
  rounds: 31,
  async *run(context) {
    for (const alg of /** @type {const} */ (['RS256', 'ES256', 'EdDSA'])) {
      const signed = signedTokens(alg, TOKENS);
      const named = Object.entries(await verifiers(context, alg, signed)).map(([name, check]) => [
        `${alg}: ${name}`,
        microsecondsEach(signed.tokens, A_ROUND, check),
      ]);
      const samples = await context.measure(Object.fromEntries(named));
      yield* context.rows(samples, { unit: 'µs', baseline: `${alg}: crypto.verify alone` });
    }
  },
};

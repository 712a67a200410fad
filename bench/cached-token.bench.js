// @ts-check
import { hash } from 'node:crypto';
import { createEngine } from '../dist/engine/index.js';
import { parsePolicy } from '../dist/policy/parse.js';
import { VerifiedTokenCache } from '../dist/token/cache.js';
import { staticKeys } from '../dist/token/keys/static-keys.js';
import { createVerifier } from '../dist/token/verify.js';
import { AUDIENCE, ISSUER, microsecondsEach, signedTokens } from './harness/signed-tokens.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

/** As many tokens as come again and again. */
const TOKENS = 100;
const A_ROUND = 4_000;

const text = JSON.stringify({
  version: 1,
  issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] } },
  rules: [
    {
      id: 'payments',
      effect: 'allow',
      when: { issuer: 'gitpod', subject: 'org:0191e223-1c3c-7607-badf-303c98b52d2f', kind: 'environment' },
      grants: [{ actions: ['read', 'list'], resources: ['secret/payments/**'] }],
    },
  ],
});

/** @type {Benchmark} */
export const benchmark = {
  title: 'The same tokens again',
  axes: { y: 'microseconds a token' },
  rounds: 31,
  async *run(context) {
    const { tokens, publicKey, jwk } = signedTokens('RS256', TOKENS);
    const source = staticKeys({ keys: [jwk] });
    const trust = { url: ISSUER, algorithms: ['RS256'], tokenType: ['JWT'], clockSkew: 30, maxLifetime: 86_400 };
    const cache = new VerifiedTokenCache();
    const verifier = createVerifier({ issuers: new Map([[ISSUER, trust]]), keys: () => source, cache });
    const { policy } = parsePolicy([{ file: 'policy.json', text }]);
    if (policy === undefined) throw new Error('the policy does not load');
    const engine = await createEngine({ policies: policy, keys: { [ISSUER]: { keys: [jwk] } } });
    const request = { action: 'read', resource: 'secret/payments/db' };
    const fast = await context.peer('fast-jwt');
    // Its cache holds 1,000 tokens by default, more than come.
    const cached = fast?.createVerifier({
      key: publicKey.export({ type: 'spki', format: 'pem' }),
      algorithms: ['RS256'],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      cache: true,
    });
    /** @type {Record<string, (token: string) => unknown>} */
    const checks = {
      'SHA-256 of the token alone': (token) => hash('sha256', token, 'binary'),
      'countersign: verified': (token) => verifier(token, Date.now() / 1000),
      'countersign: verified and decided': (token) => engine.authorize(token, request),
      ...(cached === undefined ? {} : { 'fast-jwt with cache: verified': cached }),
    };
    const named = Object.entries(checks).map(([name, check]) => [name, microsecondsEach(tokens, A_ROUND, check)]);
    const samples = await context.measure(Object.fromEntries(named));
    yield* context.rows(samples, { unit: 'µs', baseline: 'countersign: verified' });
    await engine.close();
  },
};

// @ts-check
import { Buffer } from 'node:buffer';
import { generateKeyPairSync, sign } from 'node:crypto';

export const ISSUER = 'https://app.gitpod.io';
export const AUDIENCE = 'https://secrets.example.com';
const KID = 'key-1';
const PROJECT = 'org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198';

/** What signs, by algorithm. */
const settings = /** @type {const} */ ({
  RS256: { pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), digest: 'sha256', more: {} },
  ES256: {
    pair: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    digest: 'sha256',
    more: { dsaEncoding: 'ieee-p1363' },
  },
  EdDSA: { pair: () => generateKeyPairSync('ed25519'), digest: null, more: {} },
});

/** @typedef {keyof typeof settings} Algorithm */

/**
 * Tokens of as many environments, good for an hour, and what verifies them.
 * @param {Algorithm} alg
 * @param {number} count
 * @param {(index: number) => string} projectOf the path of the project of each; of one project by default
 */
export function signedTokens(alg, count, projectOf = () => PROJECT) {
  const { pair, digest, more } = settings[alg];
  const { privateKey, publicKey } = pair();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KID, alg, use: 'sig' };
  const now = Math.floor(Date.now() / 1000);
  const tokens = Array.from({ length: count }, (_, i) => {
    const claims = {
      iss: ISSUER,
      aud: [AUDIENCE],
      sub: `${projectOf(i)}/env:0191e223-1c3c-7607-badf-${String(i).padStart(12, '0')}`,
      iat: now - 60,
      nbf: now - 60,
      exp: now + 3_540,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      org: '0191e223-1c3c-7607-badf-303c98b52d2f',
    };
    const input = `${part({ alg, kid: KID, typ: 'JWT' })}.${part(claims)}`;
    return `${input}.${sign(digest, Buffer.from(input), { key: privateKey, ...more }).toString('base64url')}`;
  });
  return { tokens, publicKey, jwk, digest, verifyWith: { key: publicKey, ...more } };
}

/** @param {object} value */
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Microseconds a token: `verify` goes through `tokens` in their order, again and again, `count` times in all. A refusal
 * that counted as a fast answer would win every comparison, so none may come.
 * @param {readonly string[]} tokens
 * @param {number} count
 * @param {(token: string) => any} verify
 */
export function microsecondsEach(tokens, count, verify) {
  let next = 0;
  return async () => {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) {
      let answer = verify(/** @type {string} */ (tokens[next]));
      if (answer instanceof Promise) answer = await answer;
      if (!answer || answer.reason !== undefined || answer.effect === 'deny')
        throw new Error('a good token was refused');
      next = next + 1 === tokens.length ? 0 : next + 1;
    }
    return ((performance.now() - start) * 1000) / count;
  };
}

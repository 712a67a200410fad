// @ts-check
import { Buffer } from 'node:buffer';
import { keyNamed, sharedSecret } from './key-pairs.js';
import { only } from './strict.js';
import { fill } from './values.js';

/** What an issuer publishes where an entry says nothing. */
const USUAL = ['rsa', 'ec', 'ed'];

/**
 * A JWK as an issuer publishes it: the name of a key; `{ of, set, without, private }` of one with changes; `{ raw }` of
 * anything at all.
 * @param {any} recipe
 */
function published(recipe) {
  if (typeof recipe === 'string') return published({ of: recipe });
  only(recipe, ['of', 'set', 'without', 'private', 'raw'], 'a published key');
  if ('raw' in recipe) return fill(recipe.raw);
  const { of, set = {}, without = [], private: isPrivate = false } = recipe;
  if (of === 'oct') return { kty: 'oct', kid: 'oct', k: sharedSecret.toString('base64url'), ...set };
  const { privateKey, publicKey, alg } = keyNamed(of);
  const jwk = (isPrivate ? privateKey : publicKey).export({ format: 'jwk' });
  const members = Object.entries({ ...jwk, kid: of, alg, use: 'sig', ...fill(set) });
  return Object.fromEntries(members.filter(([name]) => !without.includes(name)));
}

/**
 * @param {readonly unknown[]} [recipes]
 * @returns {{ keys: any[] }}
 */
export const keySetOf = (recipes = USUAL) => ({ keys: recipes.map(published) });

/** What a forger takes a public key for: the secret of a MAC.
 * @type {Readonly<Record<string, () => string | Buffer>>}
 */
export const secrets = {
  pem: () => keyNamed('rsa').publicKey.export({ type: 'spki', format: 'pem' }),
  'pem-after-space': () => ` \n${String(secrets['pem']?.())}`,
  'pkcs1-pem': () => keyNamed('rsa').publicKey.export({ type: 'pkcs1', format: 'pem' }),
  der: () => keyNamed('rsa').publicKey.export({ type: 'spki', format: 'der' }),
  jwk: () => JSON.stringify(published('rsa')),
  modulus: () => Buffer.from(published('rsa').n, 'base64url'),
  nothing: () => '',
  shared: () => sharedSecret,
};

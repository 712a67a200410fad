// @ts-check
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { factorableJwk } from './factorable-jwk.js';

/**
 * @typedef {import('node:crypto').KeyObject} KeyObject
 * @typedef {{ privateKey: KeyObject, publicKey: KeyObject, alg: string }} KeyPair
 */

/** @param {number} modulusLength @param {number} [publicExponent] */
const rsa = (modulusLength, publicExponent = 65_537) => ({
  ...generateKeyPairSync('rsa', { modulusLength, publicExponent }),
  alg: 'RS256',
});

/** @type {Readonly<Record<string, () => KeyPair>>} */
const makers = {
  rsa: () => rsa(2048),
  rsa2: () => rsa(2048),
  attacker: () => rsa(2048),
  'rsa-1024': () => rsa(1024),
  'rsa-e3': () => rsa(2048, 3),
  'rsa-e257': () => rsa(2048, 257),
  'rsa-roca': () => {
    const privateKey = createPrivateKey({ key: factorableJwk(), format: 'jwk' });
    return { privateKey, publicKey: createPublicKey(privateKey), alg: 'RS256' };
  },
  ec: () => ({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), alg: 'ES256' }),
  ec2: () => ({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), alg: 'ES256' }),
  secp256k1: () => ({ ...generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), alg: 'ES256' }),
  ed: () => ({ ...generateKeyPairSync('ed25519'), alg: 'EdDSA' }),
};

/** @type {Map<string, KeyPair>} */
const made = new Map();

/**
 * A key pair of the kit, made at its first use.
 * @param {string} name
 */
export function keyNamed(name) {
  const pair = made.get(name) ?? makers[name]?.();
  if (pair === undefined) throw new Error(`there is no key \`${name}\`; there are ${Object.keys(makers).join(', ')}`);
  made.set(name, pair);
  return pair;
}

/** A shared secret that an issuer publishes. */
export const sharedSecret = randomBytes(32);

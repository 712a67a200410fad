// @ts-check
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { factorableJwk } from './factorable-jwk.js';

/**
 * @typedef {import('node:crypto').KeyObject} KeyObject
 * @typedef {{ privateKey: KeyObject, publicKey: KeyObject, alg: string }} KeyPair
 */

/**
 * Keys are written and read in again: Node 20 can stop for ever where it makes a JWK of a key while what made the key is
 * being collected, as both take the key's lock.
 *
 * @param {{ privateKey: KeyObject }} pair @param {string} alg @returns {KeyPair}
 */
const readIn = ({ privateKey }, alg) => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem), alg };
};

/** @param {number} modulusLength @param {number} [publicExponent] */
const rsa = (modulusLength, publicExponent = 65_537) =>
  readIn(generateKeyPairSync('rsa', { modulusLength, publicExponent }), 'RS256');

/** @param {string} namedCurve */
const ec = (namedCurve) => readIn(generateKeyPairSync('ec', { namedCurve }), 'ES256');

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
  ec: () => ec('P-256'),
  ec2: () => ec('P-256'),
  secp256k1: () => ec('secp256k1'),
  ed: () => readIn(generateKeyPairSync('ed25519'), 'EdDSA'),
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

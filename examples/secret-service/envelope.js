// @ts-check
/**
 * Envelope encryption: each text under a data key of its own, which the master key wraps. Both boxes are AES-256-GCM, and
 * name in their associated data what they hold and where it belongs, so that neither opens anywhere else.
 */
import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
/** Bytes. A shorter tag is refused: it would be easier to guess. */
const TAG = { authTagLength: 16 };
const KEY_BYTES = 32;
const IV_BYTES = 12;

/**
 * @typedef {{ iv: string, tag: string, text: string }} Box All in base64url.
 * @typedef {{ version: number, key: Box, data: Box }} Envelope
 * @typedef {{ wrapping: Buffer, naming: Buffer }} Keys
 */

/**
 * The keys that the master key stands for, one a purpose (RFC 5869).
 *
 * @param {Buffer} master 32 bytes
 * @returns {Keys}
 */
export function keysFrom(master) {
  const derive = (/** @type {string} */ purpose) =>
    Buffer.from(hkdfSync('sha256', master, '', `secret-service ${purpose}`, KEY_BYTES));
  return { wrapping: derive('wrapping'), naming: derive('naming') };
}

/**
 * The place of a path, which says nothing about it to those without the key.
 *
 * @param {Keys} keys
 * @param {string} path
 */
export function placeOf({ naming }, path) {
  return createHmac('sha256', naming).update(path).digest('hex');
}

/**
 * @param {Keys} keys
 * @param {string} place
 * @param {string} text
 * @returns {Envelope}
 */
export function seal({ wrapping }, place, text) {
  const key = randomBytes(KEY_BYTES);
  return {
    version: VERSION,
    key: encrypt(wrapping, key, associated('key', place)),
    data: encrypt(key, Buffer.from(text), associated('data', place)),
  };
}

/**
 * Throws where the envelope was sealed with another key or for another place, or was altered.
 *
 * @param {Keys} keys
 * @param {string} place
 * @param {Envelope} envelope
 */
export function unseal({ wrapping }, place, envelope) {
  if (envelope.version !== VERSION) throw new Error('the envelope is of an unknown version');
  const key = decrypt(wrapping, envelope.key, associated('key', place));
  return decrypt(key, envelope.data, associated('data', place)).toString();
}

/** @param {'key' | 'data'} what @param {string} place */
function associated(what, place) {
  return Buffer.from(JSON.stringify([VERSION, what, place]));
}

/** @param {Buffer} key @param {Buffer} plain @param {Buffer} about @returns {Box} */
function encrypt(key, plain, about) {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, TAG).setAAD(about);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  const inText = (/** @type {Buffer} */ bytes) => bytes.toString('base64url');
  return { iv: inText(iv), tag: inText(cipher.getAuthTag()), text: inText(text) };
}

/** @param {Buffer} key @param {Box} box @param {Buffer} about */
function decrypt(key, { iv, tag, text }, about) {
  const decipher = createDecipheriv(ALGORITHM, key, bytes(iv), TAG).setAAD(about).setAuthTag(bytes(tag));
  return Buffer.concat([decipher.update(bytes(text)), decipher.final()]);
}

/** Refuses what spells the same bytes otherwise. @param {string} text */
function bytes(text) {
  const read = Buffer.from(text, 'base64url');
  if (read.toString('base64url') !== text) throw new Error('not base64url');
  return read;
}

// @ts-check
import { Buffer } from 'node:buffer';
import { createHash, createHmac, constants, sign } from 'node:crypto';
import { editToken } from './edit-token.js';
import { keyNamed } from './key-pairs.js';
import { secrets } from './published-keys.js';
import { oneOf, only } from './strict.js';
import { fill, NOW, usualNames } from './values.js';

/** @typedef {Record<string, any>} Recipe */

/**
 * Builds a token, and signs whatever it was told to build: by default a genuine one. `header` and `claims` change the usual
 * ones (see `part`); `sign` names the key; `alg` is the algorithm it really signs with, by default the key's own; `signature`
 * replaces what the key made (see `forgeries`); `edits` change the finished text (see `editToken`).
 * @param {Recipe} recipe
 * @param {typeof usualNames} [names]
 */
export function mint(recipe, names = usualNames) {
  only(recipe, ['header', 'claims', 'sign', 'alg', 'signature', 'edits'], 'a token');
  const { header = {}, claims = {}, sign: signer = 'rsa', signature, edits = [] } = recipe;
  const pair = keyNamed(signer);
  const alg = recipe['alg'] ?? pair.alg;
  const usual = { iss: names.issuer, aud: names.audience, sub: 'repo:acme/api', iat: NOW - 60, exp: NOW + 3_600 };
  const respelt = edits.map((/** @type {any} */ edit) => edit?.respell);
  const first = part(header, { alg, kid: signer, typ: 'JWT' }, names, respelt.includes('header'));
  const second = part(claims, usual, names, respelt.includes('payload'));
  const input = Buffer.from(`${first}.${second}`);
  const genuine = signed(input, pair, alg);
  const bytes = signature === undefined ? genuine : forged(signature, input, genuine);
  return editToken(`${first}.${second}.${bytes.toString('base64url')}`, edits, names);
}

/**
 * One part: `set` members, leave some out (`without`), write some as JSON text (`json`), or write the whole as `text`, where
 * `{json}` stands for the object so far and `{members}` for its inside, or as `bytes`, where each character is one.
 * @param {any} changes
 * @param {object} usual
 * @param {typeof usualNames} names
 * @param {boolean} isLoose whether its base64url must leave bits unused
 */
function part(changes, usual, names, isLoose) {
  only(changes, ['set', 'without', 'json', 'text', 'bytes'], 'a part of a token');
  const { set = {}, without = [], json = {}, text = '{json}', bytes } = changes;
  if (bytes !== undefined) return Buffer.from(bytes, 'latin1').toString('base64url');
  const { ...object } = { ...usual, ...fill(set, names) };
  for (const name of without) delete object[name];
  const texts = Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)]);
  const members = Object.entries({ ...Object.fromEntries(texts), ...fill(json, names) })
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join();
  const whole = fill(text, names)
    .replaceAll('{json}', () => `{${members}}`)
    .replaceAll('{members}', () => members);
  const filled = isLoose && Buffer.byteLength(whole) % 3 === 0 ? `${whole} ` : whole;
  return Buffer.from(filled).toString('base64url');
}

/** @param {Buffer} input @param {import('./key-pairs.js').KeyPair} pair @param {string} alg */
function signed(input, { privateKey: key }, alg) {
  const options = alg.startsWith('PS')
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : alg.startsWith('ES')
      ? { key, dsaEncoding: /** @type {const} */ ('ieee-p1363') }
      : key;
  return sign(alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`, input, options);
}

/** The order of the group of P-256 (SEC 2, section 2.4.2). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Other bytes in place of a genuine signature.
 * @type {Readonly<Record<string, (given: { input: Buffer, genuine: Buffer, argument: any }) => Buffer>>}
 */
const forgeries = {
  empty: () => Buffer.alloc(0),
  zeros: ({ argument }) => Buffer.alloc(argument),
  cut: ({ genuine }) => genuine.subarray(0, -1),
  'zero-before': ({ genuine }) => Buffer.concat([Buffer.alloc(1), genuine]),
  'bit-changed': ({ genuine }) => Buffer.from(genuine.map((byte, at) => (at === 20 ? byte ^ 1 : byte))),
  mac: ({ input, argument: [bits, secret] }) => {
    const [key] = oneOf(secret, secrets, 'the secret of a MAC');
    return createHmac(`sha${bits}`, key()).update(input).digest();
  },
  'r-and-s': ({ genuine, argument: [first, second] }) => {
    const [r, s] = [genuine.subarray(0, 32), genuine.subarray(32)].map((half) => BigInt(`0x${half.toString('hex')}`));
    const numbers = { r, s, 0: 0n, n: P256_ORDER, '-s': P256_ORDER - (s ?? 0n), most: 2n ** 256n - 1n };
    const halves = [first, second].map((name) => oneOf(String(name), numbers, 'half a signature')[0] ?? 0n);
    return Buffer.from(halves.map((half) => half.toString(16).padStart(64, '0')).join(''), 'hex');
  },
  'in-der': ({ input, argument }) => sign('sha256', input, keyNamed(argument).privateKey),
  /** Holds for any RSA key of 2048 bits whose exponent is 1: the padded hash (RFC 8017, section 9.2) is its own root. */
  'exponent-one': ({ input }) => {
    const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const hash = Buffer.concat([info, createHash('sha256').update(input).digest()]);
    const padding = Buffer.alloc(256 - 3 - hash.length, 0xff);
    return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), hash]);
  },
};

/** @param {unknown} recipe @param {Buffer} input @param {Buffer} genuine */
function forged(recipe, input, genuine) {
  const [forge, argument] = oneOf(recipe, forgeries, 'a signature');
  return forge({ input, genuine, argument });
}

// @ts-check
import { Buffer } from 'node:buffer';
import { keyNamed } from './key-pairs.js';

/** The time of every entry, in seconds since the epoch. */
export const NOW = 1_800_000_000;

export const ISSUER = 'https://issuer.example';

export const AUDIENCE = 'https://secrets.example';

/** Who trusts whom in an entry. */
export const usualNames = { issuer: ISSUER, audience: AUDIENCE };

/** With how the text of a policy begins that is about something else. */
export const policyNames = {
  ...usualNames,
  start: 'version: 1\nissuers: { g: { url: "https://g.example", audiences: [a] } }\n',
};

/** Values that a YAML file cannot hold, or should not at full length.
 * @type {Readonly<Record<string, (argument: any) => unknown>>}
 */
const makers = {
  $now: (seconds) => NOW + seconds,
  $milliseconds: (seconds) => (NOW + seconds) * 1_000,
  $repeat: ([text, times]) => text.repeat(times),
  $concat: (texts) => texts.join(''),
  $list: ([value, times]) => Array(times).fill(value),
  /** Different texts. */
  $texts: (count) => Array.from({ length: count }, (_, i) => `t${i}`),
  /** Objects in one another. */
  $nested: (levels) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`),
  /** A map of as many members. */
  $members: (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, 0])),
  /** The public half of a key, as a JWK and as DER in base64. */
  $jwk: (name) => keyNamed(name).publicKey.export({ format: 'jwk' }),
  $der: (name) => keyNamed(name).publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  $base64url: (hex) => Buffer.from(hex, 'hex').toString('base64url'),
  /** The base64url of as many bytes with every bit set. */
  $ones: (bytes) => Buffer.alloc(bytes, 0xff).toString('base64url'),
};

/**
 * A value of the data with its makers (`{ $now: 60 }`) run and the names `{issuer}`, `{audience}` and `{start}` filled in.
 * @param {any} value
 * @param {Readonly<Record<string, string>>} [names]
 * @returns {any}
 */
export function fill(value, names = usualNames) {
  if (typeof value === 'string') return value.replace(/\{(issuer|audience|start)\}/g, (_, name) => names[name] ?? '');
  if (Array.isArray(value)) return value.map((one) => fill(one, names));
  if (typeof value !== 'object' || value === null) return value;
  const [name = '', ...more] = Object.keys(value);
  if (!name.startsWith('$')) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [fill(key, names), fill(one, names)]));
  }
  const make = Object.hasOwn(makers, name) && more.length === 0 ? makers[name] : undefined;
  if (make === undefined) throw new Error(`\`${name}\` makes nothing; there are ${Object.keys(makers).join(', ')}`);
  return make(fill(value[name], names));
}

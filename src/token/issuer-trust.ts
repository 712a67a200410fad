import { isSupportedAlgorithm, supportedAlgorithms } from './algorithms.ts';
import { knownOptions, mustBe } from './known-options.ts';

/** What one issuer is trusted with. Durations in seconds. */
export interface IssuerTrust {
  /** Compared with `iss` by code unit. */
  readonly url: string;
  /** The only values of `alg` accepted; never `none`, never HMAC. */
  readonly algorithms: readonly string[];
  /** The only values of `typ` accepted, as RFC 7515, section 4.1.9, compares them; an absent one counts as `JWT`. */
  readonly tokenType: readonly string[];
  /** How far the clocks may differ, at most 300. */
  readonly clockSkew: number;
  /** The longest time from `iat` (or now) to `exp`. */
  readonly maxLifetime: number;
  /** The longest time since `iat`, which is then required. */
  readonly maxTokenAge?: number;
}

const names = ['url', 'algorithms', 'tokenType', 'clockSkew', 'maxLifetime', 'maxTokenAge'];

/** A frozen copy, so that nobody widens it later. Throws a `TypeError` for trust that could not be kept. */
export function issuerTrust(given: IssuerTrust): IssuerTrust {
  knownOptions('an issuer', given, names);
  const { url, algorithms, tokenType, clockSkew, maxLifetime, maxTokenAge } = given;
  mustBe(typeof url === 'string' && url !== '', 'issuer.url', 'a non-empty string');
  const of = `of issuer ${url}`;
  const known = isList(algorithms) && algorithms.every(isSupportedAlgorithm);
  mustBe(known, `algorithms ${of}`, `a non-empty list of ${supportedAlgorithms.join(', ')}`);
  mustBe(isList(tokenType), `tokenType ${of}`, 'a non-empty list of strings');
  mustBe(isSeconds(clockSkew) && clockSkew <= 300, `clockSkew ${of}`, 'a number of seconds from 0 to 300');
  mustBe(isDuration(maxLifetime), `maxLifetime ${of}`, 'a positive number of seconds');
  mustBe(maxTokenAge === undefined || isDuration(maxTokenAge), `maxTokenAge ${of}`, 'a positive number of seconds');
  const copy = { ...given, algorithms: Object.freeze([...algorithms]), tokenType: Object.freeze([...tokenType]) };
  return Object.freeze(copy);
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((member) => typeof member === 'string');
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isDuration(value: unknown): boolean {
  return isSeconds(value) && value > 0;
}

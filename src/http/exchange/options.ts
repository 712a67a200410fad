import type { Logger } from '../../engine/options.ts';
import { knownOptions, mustBe } from '../../token/known-options.ts';
import type { Observe } from '../observe.ts';
import { type IssuingAlgorithm, issuingAlgorithms } from './issuing-key.ts';
import type { TokenType } from './request.ts';
import { type ExchangeTarget, isCanonicalUrl, overlaps } from './target.ts';

/** How tokens are exchanged. Durations in seconds. */
export interface ExchangeOptions {
  /** Where this service is reached, and the `iss` of its tokens: `https://sts.example`, without a path. */
  readonly issuer: string;
  /** Where its signing keys are kept; the file is made, readable by this user alone, where there is none. */
  readonly keyFile: string;
  /** What keys are made for from now on. Default `ES256`. */
  readonly algorithm?: IssuingAlgorithm;
  /** The services that tokens are issued for; several must differ in `subjectAudience`. */
  readonly targets: readonly ExchangeTarget[];
  /** The types by which a subject token may be declared. Default `jwt` and `id_token`. */
  readonly subjectTokenTypes?: readonly TokenType[];
  /** The longest that an issued token lives, at most 86,400. Default 3,600. */
  readonly maxLifetime?: number;
  /** How long a key signs, at least one day. Default 2,592,000: 30 days. */
  readonly rotateEvery?: number;
  /** How long a key is published before it signs, at least 600. Default 86,400; verifiers keep key sets up to a day. */
  readonly publishAhead?: number;
  /** Tells the caller the reason codes of a denial. Default: false. */
  readonly exposeReasons?: boolean;
  /** Seconds since the epoch; the same as the engine's. Default: the system's clock. */
  readonly clock?: () => number;
  /** Default: silence. Nothing it is given ever holds a token or a key. */
  readonly logger?: Logger;
  /** Is told every request for a token. `refused` is the error code of RFC 6749 that it was answered with. */
  readonly observe?: Observe;
}

/** Options in which nothing is left open. */
export type ExchangeSettings = Required<Omit<ExchangeOptions, 'logger' | 'observe'>> &
  Pick<ExchangeOptions, 'logger' | 'observe'>;

/** The most that `maxLifetime` may be, and so how long a key that signs no more stays published. */
export const LONGEST_LIFETIME = 86_400;
const DAY = 86_400;

const NAMES = [
  'issuer',
  'keyFile',
  'algorithm',
  'targets',
  'subjectTokenTypes',
  'maxLifetime',
  'rotateEvery',
  'publishAhead',
  'exposeReasons',
  'clock',
  'logger',
  'observe',
] as const;

const TYPES: readonly TokenType[] = ['jwt', 'id_token', 'access_token'];

/** The bounds of `rotateEvery`, and the least that `publishAhead` may be. */
export const SHORTEST_ROTATION: number = DAY;
export const LONGEST_ROTATION: number = 3650 * DAY;
export const SHORTEST_NOTICE = 600;

/** Completes options with the defaults. Throws a `TypeError` that says what would be right. */
export function exchangeSettings(options: ExchangeOptions): ExchangeSettings {
  knownOptions('createExchange', options, NAMES);
  const settings: ExchangeSettings = {
    algorithm: 'ES256',
    subjectTokenTypes: ['jwt', 'id_token'],
    maxLifetime: 3_600,
    rotateEvery: 30 * DAY,
    publishAhead: DAY,
    exposeReasons: false,
    clock: () => Date.now() / 1000,
    ...options,
  };
  const { issuer, keyFile, algorithm, subjectTokenTypes: types, maxLifetime, rotateEvery, publishAhead } = settings;
  mustBe(isOrigin(issuer), 'issuer', 'an https: url without a path, such as https://sts.example');
  mustBe(isText(keyFile), 'keyFile', 'a path');
  mustBe(issuingAlgorithms.includes(algorithm), 'algorithm', issuingAlgorithms.join(' or '));
  const areTypes = Array.isArray(types) && types.length > 0 && types.every((type: TokenType) => TYPES.includes(type));
  mustBe(areTypes, 'subjectTokenTypes', `a list of ${TYPES.join(', ')}`);
  mustBe(isWithin(maxLifetime, 1, LONGEST_LIFETIME), 'maxLifetime', `seconds from 1 to ${LONGEST_LIFETIME}`);
  mustBe(isWithin(rotateEvery, SHORTEST_ROTATION, LONGEST_ROTATION), 'rotateEvery', 'seconds, at least one day');
  mustBe(isWithin(publishAhead, SHORTEST_NOTICE, rotateEvery), 'publishAhead', 'seconds, from 600 to rotateEvery');
  mustBe(typeof settings.exposeReasons === 'boolean', 'exposeReasons', 'true or false');
  mustBe(typeof settings.clock === 'function', 'clock', 'a function that returns seconds since the epoch');
  checkTargets(settings.targets);
  return settings;
}

function checkTargets(targets: readonly ExchangeTarget[]): void {
  mustBe(Array.isArray(targets) && targets.length > 0, 'targets', 'a list of at least one target');
  for (const target of targets) {
    knownOptions('a target', target, ['audience', 'url', 'subjectAudience']);
    const { audience, url, subjectAudience } = target;
    mustBe(isText(audience), 'target.audience', 'the name of a service');
    mustBe(url === undefined || isCanonicalUrl(url), `url of target ${audience}`, 'a canonical url without query');
    const isNamed = subjectAudience === undefined ? targets.length === 1 : isText(subjectAudience);
    mustBe(isNamed, `subjectAudience of target ${audience}`, 'one of the audiences of the engine');
  }
  targets.forEach((one, index) => {
    for (const other of targets.slice(index + 1)) {
      mustBe(one.audience !== other.audience, 'targets', `of different audiences: ${one.audience} is there twice`);
      mustBe(
        one.subjectAudience !== other.subjectAudience,
        'targets',
        `of different subjectAudiences, by which policies tell ${one.audience} and ${other.audience} apart`,
      );
      const areApart = !overlaps(one, other) && !overlaps(other, one);
      mustBe(areApart, 'targets', `apart: the urls of ${one.audience} and ${other.audience} overlap`);
    }
  });
}

/** Whether a text may be `issuer`. `http:` is for loopback, as everywhere. */
export function isOrigin(issuer: unknown): boolean {
  if (!isText(issuer) || !isCanonicalUrl(issuer)) return false;
  const { origin, protocol, hostname } = new URL(issuer);
  return origin === issuer && (protocol === 'https:' || /^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

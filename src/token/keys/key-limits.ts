import { knownOptions, mustBe } from '../known-options.ts';
import type { FreshnessBounds } from './freshness.ts';
import { MOST_KEYS } from './key-set.ts';

/** Bounds of a remote key source. Times in seconds. */
export interface KeyLimits {
  readonly freshness: FreshnessBounds;
  /** How long keys are relied on after their freshness ended while the issuer is down. */
  readonly maxStale: number;
  /** The least time from one attempt to the next that an unknown key id may cause. */
  readonly cooldown: number;
  /** The most time that one attempt may take, discovery and bodies included. */
  readonly deadline: number;
  /** The most bytes of a body, decoded. */
  readonly bodyBytes: number;
  /** The most keys in a set. */
  readonly keys: number;
}

/** What a caller may set of them. */
export type KeyLimitOptions = Partial<Omit<KeyLimits, 'freshness'>>;

const defaults: KeyLimits = {
  freshness: { usual: 600, least: 60, most: 86_400 },
  maxStale: 3_600,
  cooldown: 30,
  deadline: 5,
  bodyBytes: 524_288,
  keys: MOST_KEYS,
};

const most: Readonly<Record<keyof KeyLimitOptions, number>> = {
  maxStale: 86_400,
  cooldown: 3_600,
  deadline: 60,
  bodyBytes: 16_777_216,
  keys: MOST_KEYS,
};

/** Completes limits with the defaults. Throws a `TypeError` for unknown names and for values out of range. */
export function keyLimits(given: KeyLimitOptions = {}): KeyLimits {
  const names = Object.keys(most) as (keyof KeyLimitOptions)[];
  knownOptions('limits', given, names);
  const limits: Partial<Record<keyof KeyLimitOptions, number>> = {};
  for (const name of names) {
    const value = given[name];
    if (value === undefined) continue;
    const mayBeZero = name === 'maxStale';
    const holds = Number.isFinite(value) && (mayBeZero ? value >= 0 : value > 0) && value <= most[name];
    mustBe(holds, `limits.${name}`, `a number ${mayBeZero ? 'from' : 'above'} 0 up to ${String(most[name])}`);
    limits[name] = value;
  }
  return { ...defaults, ...limits };
}

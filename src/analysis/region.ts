import type { Issuer } from '../policy/policy.ts';
import type { Box } from './box.ts';
import { type ClaimBounds, findClaims } from './claim-values.ts';
import { findWord } from './find-word.ts';
import { timeWithin } from './overlap.ts';
import { partsOf } from './principal-set.ts';
import { findRequest } from './request-set.ts';
import type { WitnessParts } from './witness.ts';
import type { WordSet } from './word-set.ts';

/** In all of some sets, and in none of others. */
export interface Bounds<T> {
  readonly all: readonly T[];
  readonly none: readonly T[];
}

/** Tokens of one issuer with requests: those for which some conditions hold and some others do not. A product. */
export interface Region {
  readonly issuer: Issuer;
  /** The token is for one of each of the first, and for nothing in the second. */
  readonly audiences: Bounds<ReadonlySet<string>>;
  /** `undefined` where the issuer's schemes are not modelled. */
  readonly paths: Bounds<WordSet> | undefined;
  readonly claims: ReadonlyMap<string, ClaimBounds>;
  readonly requests: Bounds<WordSet>;
  readonly from: number;
  readonly until: number;
}

/** What a rule is about, an issuer at a time. */
export function regionsOf(box: Box, requests: WordSet): readonly Region[] {
  return [...box.parts.values()].map(({ issuer, audiences, principals }) => ({
    issuer,
    audiences: { all: [audiences], none: [] },
    paths: principals && { all: partsOf(principals), none: [] },
    claims: new Map([...box.claims].map(([key, tests]) => [key, { all: tests, none: [] }])),
    requests: { all: [requests], none: [] },
    from: box.from,
    until: box.until,
  }));
}

/** What a region has in common with a rule. */
export function inside(region: Region, box: Box, requests: WordSet): readonly Region[] {
  return regionsOf(box, requests)
    .filter(({ issuer }) => issuer === region.issuer)
    .map((other) => common(region, other));
}

/** What two regions of one issuer have in common. */
export function common(a: Region, b: Region): Region {
  return {
    issuer: a.issuer,
    audiences: both(a.audiences, b.audiences),
    paths: a.paths && b.paths && both(a.paths, b.paths),
    claims: new Map(
      [...new Set([...a.claims.keys(), ...b.claims.keys()])].map((key) => [
        key,
        both(a.claims.get(key) ?? UNBOUND, b.claims.get(key) ?? UNBOUND),
      ]),
    ),
    requests: both(a.requests, b.requests),
    from: Math.max(a.from, b.from),
    until: Math.min(a.until, b.until),
  };
}

/**
 * What a region has beside a rule: a part for every condition that may fail, and one for requests that the rule does not
 * surely speak of. Together all of it, with overlaps.
 */
export function outside(region: Region, box: Box, taken: WordSet = box.requests.sure): readonly Region[] {
  const other = regionsOf(box, taken).find(({ issuer }) => issuer === region.issuer);
  return other === undefined ? [region] : apart(region, other);
}

/** What a region has beside another one of its issuer, as `outside` does. */
export function apart(region: Region, other: Region): readonly Region[] {
  const { audiences, paths, claims, requests, from, until } = region;
  return [
    ...(paths === undefined || other.paths === undefined
      ? [region]
      : beyond(paths, other.paths).map((bounds) => ({ ...region, paths: bounds }))),
    ...[...other.claims].flatMap(([key, tests]) =>
      beyond(claims.get(key) ?? UNBOUND, tests).map((bounds) => ({
        ...region,
        claims: new Map([...claims, [key, bounds]]),
      })),
    ),
    ...beyond(audiences, other.audiences).map((bounds) => ({ ...region, audiences: bounds })),
    ...beyond(requests, other.requests).map((bounds) => ({ ...region, requests: bounds })),
    { ...region, until: Math.min(until, other.from) },
    { ...region, from: Math.max(from, other.until) },
  ];
}

/** An example; `none` is sure. */
export function sampleOf(region: Region): WitnessParts | 'none' | 'undecided' {
  const { issuer, paths, from, until } = region;
  const audiences = sampleAudiences(region.audiences);
  if (from >= until || audiences === undefined) return 'none';
  const claims = findClaims(region.claims);
  if (claims === 'none') return 'none';
  const path = paths === undefined ? 'undecided' : findWord(paths.all, paths.none);
  if (path === 'none') return 'none';
  const request = findRequest(region.requests.all, region.requests.none);
  if (request === 'none') return 'none';
  if (typeof path === 'string' || typeof request === 'string' || typeof claims === 'string') return 'undecided';
  return { issuer, audiences, path: path.join(''), claims, now: timeWithin(from, until), request };
}

const UNBOUND: Bounds<never> = { all: [], none: [] };

function both<T>(a: Bounds<T>, b: Bounds<T>): Bounds<T> {
  return { all: [...a.all, ...b.all], none: [...a.none, ...b.none] };
}

/** Some bounds, once for each other one that they do not have: with that one turned around. */
function beyond<T>({ all, none }: Bounds<T>, other: Bounds<T>): readonly Bounds<T>[] {
  return [
    ...other.all.filter((one) => !all.includes(one)).map((one) => ({ all, none: [...none, one] })),
    ...other.none.filter((one) => !none.includes(one)).map((one) => ({ all: [...all, one], none })),
  ];
}

function sampleAudiences({ all, none }: Region['audiences']): readonly string[] | undefined {
  const open = all.map((names) => [...names].filter((name) => !none.some((set) => set.has(name))));
  const shared = open[0]?.find((name) => open.every((names) => names.includes(name)));
  if (shared !== undefined) return [shared];
  const chosen = open.map(([name]) => name).filter((name) => name !== undefined);
  return chosen.length < open.length ? undefined : [...new Set(chosen)];
}

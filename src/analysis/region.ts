import type { Issuer } from '../policy/policy.ts';
import type { Box, IssuerPart } from './box.ts';
import { type ClaimTest, findClaim } from './claim-set.ts';
import { findWord } from './find-word.ts';
import { timeWithin } from './overlap.ts';
import { partsOf } from './principal-set.ts';
import { findRequest } from './request-set.ts';
import type { WitnessParts } from './witness.ts';
import type { WordSet } from './word-set.ts';

/** In all of some sets, and in none of others. */
interface Bounds<T> {
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
  readonly claims: ReadonlyMap<string, Bounds<ClaimTest>>;
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
    .map((other) => ({
      issuer: region.issuer,
      audiences: { ...region.audiences, all: [...region.audiences.all, ...other.audiences.all] },
      paths: region.paths && other.paths && { ...region.paths, all: [...region.paths.all, ...other.paths.all] },
      claims: new Map(
        [...new Set([...region.claims.keys(), ...other.claims.keys()])].map((key) => [
          key,
          {
            all: [...(region.claims.get(key)?.all ?? []), ...(other.claims.get(key)?.all ?? [])],
            none: region.claims.get(key)?.none ?? [],
          },
        ]),
      ),
      requests: { ...region.requests, all: [...region.requests.all, requests] },
      from: Math.max(region.from, box.from),
      until: Math.min(region.until, box.until),
    }));
}

/** What a region has beside a rule: a part for every condition that may fail. Together all of it, with overlaps. */
export function outside(region: Region, box: Box): readonly Region[] {
  const part = box.parts.get(region.issuer.name);
  if (part === undefined) return [region];
  const { audiences, requests, from, until } = region;
  return [
    ...beyondPaths(region, part),
    ...[...box.claims].flatMap(([key, tests]) => tests.map((test) => withoutClaim(region, key, test))),
    { ...region, audiences: without(audiences, part.audiences) },
    { ...region, requests: without(requests, box.requests.sure) },
    { ...region, until: Math.min(until, box.from) },
    { ...region, from: Math.max(from, box.until) },
  ];
}

/** An example; `none` is sure. */
export function sampleOf(region: Region): WitnessParts | 'none' | 'undecided' {
  const { issuer, paths, from, until } = region;
  const audiences = sampleAudiences(region.audiences);
  if (from >= until || audiences === undefined) return 'none';
  const claims = [...region.claims].map(([key, { all, none }]) => [key, findClaim(all, none)] as const);
  if (claims.some(([, claim]) => claim === 'none')) return 'none';
  const path = paths === undefined ? 'undecided' : findWord(paths.all, paths.none);
  if (path === 'none') return 'none';
  const request = findRequest(region.requests.all, region.requests.none);
  if (request === 'none') return 'none';
  const known = claims.flatMap(([key, claim]) => (typeof claim === 'string' ? [] : [[key, claim] as const]));
  if (typeof path === 'string' || typeof request === 'string' || known.length < claims.length) return 'undecided';
  return { issuer, audiences, path: path.join(''), claims: new Map(known), now: timeWithin(from, until), request };
}

function without<T>({ all, none }: Bounds<T>, set: T): Bounds<T> {
  return { all, none: [...none, set] };
}

function beyondPaths(region: Region, { principals }: IssuerPart): readonly Region[] {
  const { paths } = region;
  if (paths === undefined || principals === undefined) return [region];
  return partsOf(principals)
    .filter((part) => !paths.all.includes(part))
    .map((part) => ({ ...region, paths: without(paths, part) }));
}

function withoutClaim(region: Region, key: string, test: ClaimTest): Region {
  const bounds = without(region.claims.get(key) ?? { all: [], none: [] }, test);
  return { ...region, claims: new Map([...region.claims, [key, bounds]]) };
}

function sampleAudiences({ all, none }: Region['audiences']): readonly string[] | undefined {
  const open = all.map((names) => [...names].filter((name) => !none.some((set) => set.has(name))));
  const shared = open[0]?.find((name) => open.every((names) => names.includes(name)));
  if (shared !== undefined) return [shared];
  const chosen = open.map(([name]) => name).filter((name) => name !== undefined);
  return chosen.length < open.length ? undefined : [...new Set(chosen)];
}

import type { GrantPattern, Issuer, TrustRule } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { common, type Region, regionsOf, sampleOf } from '../region.ts';
import type { WordSet } from '../word-set.ts';
import { type Demand, meeting } from './demand.ts';
import type { Spoken } from './spoken.ts';

/** Tokens of one issuer, and requests, of which a rule speaks; all conditions are independent of each other. */
export interface Product {
  readonly rule: TrustRule;
  readonly issuer: Issuer;
  readonly demands: readonly Demand[];
  readonly grant?: GrantPattern;
  /** With a mark for every template. */
  readonly region: Region;
  /** The requests with any segment for every template. */
  readonly possible: WordSet;
}

/** What is asked of every token, and when. */
export interface Moment {
  /** The audience of the request; any that the policy accepts where left out. */
  readonly audience?: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** What a rule speaks of at one moment, apart for each issuer and each way. */
export function productsOf(box: Box, spoken: readonly Spoken[], moment: Moment): readonly Product[] {
  const { rule } = box;
  if (!isInForce(rule, moment)) return [];
  return spoken.flatMap(({ demands, sure, possible, grant }) =>
    regionsOf(box, sure).flatMap((whole) => {
      const bound = boundTo(whole, moment);
      const region = bound && meeting(bound, demands);
      return region === undefined
        ? []
        : [{ rule, issuer: region.issuer, demands, region, possible, ...(grant && { grant }) }];
    }),
  );
}

export function isInForce({ valid }: TrustRule, { at }: Moment): boolean {
  return (valid?.from ?? -Infinity) <= at && at < (valid?.until ?? Infinity);
}

/** Whether two products may have something in common; `false` is sure. */
export function mayOverlap(a: Product, b: Product): boolean {
  return a.issuer === b.issuer && sampleOf(common(widest(a), widest(b))) !== 'none';
}

function widest({ region, possible }: Product): Region {
  return { ...region, requests: { all: [possible], none: [] } };
}

/** A request that names an audience is decided as if the token, and each rule, named no other. */
function boundTo(region: Region, { audience, at }: Moment): Region | undefined {
  const all = region.audiences.all.map((names) => (audience === undefined ? names : only(audience, names)));
  if (all.some((names) => names.size === 0)) return undefined;
  return { ...region, audiences: { ...region.audiences, all }, from: at, until: at + 1 };
}

function only(name: string, names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(names.has(name) ? [name] : []);
}

import type { TrustRule } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { inside, regionsOf } from '../region.ts';
import { firstFound } from '../first-found.ts';
import { FlipSearch, type Found, type Goal, type Tried } from './flip-search.ts';
import type { PolicySide } from './policy-side.ts';

/** Why something is gained on the way from one policy to another. */
export interface Gain {
  /** An allow that came, a deny that went, or an allow that went and bounded how long others last. */
  readonly rule: TrustRule;
  readonly side: 'from' | 'to';
  readonly isTtl: boolean;
  /** The allows that give it. */
  readonly allows: readonly TrustRule[];
  readonly found: Tried | 'undecided';
}

/** How many pairs of a deny or a bound and an allow are looked at in one comparison. */
const MOST_PAIRS = 200_000;

/**
 * What someone may do in one policy and not in another, rule by rule. Complete: whatever is denied before and allowed
 * after is so because no allow gave it, so one came; or because a deny took it away, which went.
 */
export function findGains(from: PolicySide, to: PolicySide): readonly Gain[] {
  const pairs = { left: MOST_PAIRS };
  return [
    ...to.beside(from, 'allow').flatMap(({ rule }) => gained(rule, 'to', to, opened(from, to, rule))),
    ...from.beside(to, 'deny').flatMap(({ rule }) => gained(rule, 'from', to, uncovered(from, to, rule, pairs))),
    ...from.beside(to, 'allow').flatMap(({ rule }) => gained(rule, 'from', to, prolonged(from, to, rule, pairs), true)),
  ];
}

function gained(rule: TrustRule, side: Gain['side'], to: PolicySide, found: Found, isTtl = false): readonly Gain[] {
  if (found === 'none') return [];
  const speakers = found === 'undecided' ? [] : to.speakers(found.to, 'rule_matched');
  const allows = speakers.map((box) => to.rule(box.rule.id)).filter((one) => one !== undefined);
  return [{ rule, side, isTtl, allows, found }];
}

/** What an allow that came gives, and no other gave before. */
function opened(from: PolicySide, to: PolicySide, { id }: TrustRule): Found {
  const box = to.box(id);
  if (box === undefined) return 'none';
  const goal: Goal = {
    isMet: (tried) => tried.to.effect === 'allow' && from.speakers(tried.from, 'rule_matched').length === 0,
    settling: (tried) => [...from.speakers(tried.from, 'rule_matched'), ...to.speakers(tried.to, 'denied_by_rule')],
  };
  const search = new FlipSearch(from, to, goal);
  return firstFound(regionsOf(box, box.requests.sure), (region) => search.in(region));
}

interface Pairs {
  left: number;
}

/** What a deny that went took away, and an allow gives. */
function uncovered(from: PolicySide, to: PolicySide, { id }: TrustRule, pairs: Pairs): Found {
  const box = from.box(id);
  if (box === undefined) return 'none';
  const goal: Goal = {
    isMet: (tried) => tried.to.effect === 'allow' && from.speakers(tried.from, 'denied_by_rule').includes(box),
    settling: (tried) => to.speakers(tried.to, 'denied_by_rule'),
  };
  const { sure, possible } = box.requests;
  const whole = sure === possible ? [sure] : [sure, possible];
  return withAllows(box, to, pairs, (allow) => {
    const search = new FlipSearch(from, to, goal);
    return firstFound(
      whole
        .flatMap((requests) => regionsOf(box, requests))
        .flatMap((region) => inside(region, allow, allow.requests.sure)),
      (region) => search.in(region),
    );
  });
}

/** What an allow that went let expire early, and another one gives for longer. */
function prolonged(from: PolicySide, to: PolicySide, { id, ttl }: TrustRule, pairs: Pairs): Found {
  const box = from.box(id);
  if (box === undefined || ttl === undefined) return 'none';
  const goal: Goal = {
    ttl,
    isMet: ({ from: before, to: after }) =>
      before.effect === 'allow' && after.effect === 'allow' && after.expiresAt > before.expiresAt,
    settling: (tried) => [
      ...from.speakers(tried.from, 'denied_by_rule'),
      ...to.speakers(tried.to, 'denied_by_rule'),
      ...to.speakers(tried.to, 'rule_matched').filter(({ rule }) => (rule.ttl ?? Infinity) <= ttl),
    ],
  };
  return withAllows(box, to, pairs, (allow) => {
    if ((allow.rule.ttl ?? Infinity) <= ttl) return 'none';
    const search = new FlipSearch(from, to, goal);
    return firstFound(
      regionsOf(box, box.requests.sure).flatMap((region) => inside(region, allow, allow.requests.sure)),
      (region) => search.in(region),
    );
  });
}

/** The other version of a rule first: an example with it is the easiest to understand. */
function withAllows(box: Box, side: PolicySide, pairs: Pairs, look: (allow: Box) => Found): Found {
  const near = side.allowsNear(box);
  const other = side.box(box.rule.id);
  return firstFound(other !== undefined && near.delete(other) ? [other, ...near] : near, (allow) => {
    if (pairs.left === 0) return 'undecided';
    pairs.left -= 1;
    return look(allow);
  });
}

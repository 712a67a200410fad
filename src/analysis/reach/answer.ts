import type { GrantPattern, Policy, TrustRule } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { timeWithin } from '../overlap.ts';
import { sampleOf } from '../region.ts';
import { modelOf } from '../rule-model.ts';
import { isInForce, mayOverlap, type Moment, type Product } from './products.ts';
import { Reach, type Standing } from './reach.ts';
import { type Whom, whom } from './whom.ts';

/** An allow, whom it speaks of, and what of that denies leave. */
export interface Reached extends Whom {
  /** At least one. */
  readonly gives: readonly Given[];
}

/** What is given: a grant, or else plain access, or the one request that was asked about. */
export interface Given {
  readonly grant?: GrantPattern;
  readonly standing: Standing;
}

/** What the allows of a policy give, at one moment, as far as a question reaches. */
export interface ReachAnswer {
  readonly rules: readonly Reached[];
  /** The rules in audit mode that the question reaches, as if they and all others decided. */
  readonly audit: { readonly rules: readonly Reached[]; readonly denies: readonly Whom[] };
  /** Enforced allows that the question may reach at another time. */
  readonly otherTimes: readonly TrustRule[];
}

/** What a question wants to know of rules. */
export interface Inquiry {
  readonly moment: Moment;
  readonly gives: (allow: Box, moment: Moment) => readonly Offer[];
  readonly takes: (deny: Box) => readonly Product[];
}

/** What an allow gives the tokens of one product, each part to be looked at by itself. */
export interface Offer {
  readonly whom: Product;
  readonly parts: readonly { readonly grant?: GrantPattern; readonly products: readonly Product[] }[];
}

export function answer(policy: Policy, inquiry: Inquiry): ReachAnswer {
  const { gives, takes, moment } = inquiry;
  const boxes = (effect: string, mode: string): readonly Box[] =>
    modelOf(policy).boxes.filter(({ rule }) => rule.effect === effect && rule.mode === mode);
  const reach = new Reach(policy, 'as-enforced', takes, moment);
  const allows = boxes('allow', 'enforce');
  const audited = boxes('allow', 'audit');
  const withAudit = audited.length === 0 ? reach : new Reach(policy, 'with-audit', takes, moment);
  return {
    rules: allows.flatMap((box) => reached(box, gives(box, moment), reach)),
    audit: {
      rules: audited.flatMap((box) => reached(box, gives(box, moment), withAudit)),
      denies: meeting(boxes('deny', 'audit').flatMap(takes), [...allows, ...audited], inquiry),
    },
    otherTimes: allows.filter((box) => reachesAtAnotherTime(box, inquiry)).map(({ rule }) => rule),
  };
}

/** The denies that may take something away from what some allow gives. */
function meeting(denies: readonly Product[], allows: readonly Box[], { gives, moment }: Inquiry): readonly Whom[] {
  if (denies.length === 0) return [];
  const given = allows
    .flatMap((box) => gives(box, moment))
    .flatMap(({ parts }) => parts.flatMap((part) => part.products));
  return denies.filter((deny) => given.some((product) => mayOverlap(product, deny))).map(whom);
}

function reachesAtAnotherTime(box: Box, { moment, gives }: Inquiry): boolean {
  if (isInForce(box.rule, moment)) return false;
  const offers = gives(box, { ...moment, at: timeWithin(box.from, box.until) });
  return offers.some(({ whom: { region } }) => sampleOf(region) !== 'none');
}

function reached(box: Box, offers: readonly Offer[], reach: Reach): readonly Reached[] {
  return offers.flatMap((offer) => {
    const gives = offer.parts.flatMap(({ grant, products }): Given[] => {
      const standing = reach.left(box, products);
      return standing === undefined ? [] : [{ standing, ...(grant && { grant }) }];
    });
    return gives.length === 0 ? [] : [{ ...whom(offer.whom), gives }];
  });
}

import type { Policy, TrustRule } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { isEnforced, modelOf, type RuleModel } from '../rule-model.ts';
import type { Witness } from '../witness.ts';
import { mayOverlap, type Moment, type Product } from './products.ts';
import { Leftovers } from './remainder.ts';
import { type Whom, whom } from './whom.ts';

/** What denies leave of an allow, or that they leave nothing. */
export type Standing = Left | { readonly takenBy: readonly TrustRule[] };

export interface Left {
  /** A token and a request that `decide` allows; where left out, it could not be shown that there is one. */
  readonly witness?: Witness;
  /** The denies that may take something away from it; complete. */
  readonly except: readonly Whom[];
}

/** Whether rules in audit mode decide too. */
export type Reading = 'as-enforced' | 'with-audit';

/** What the denies of a policy leave of its allows, at one moment. */
export class Reach {
  readonly #model: RuleModel;
  readonly #denies: ReadonlyMap<Box, readonly Product[]>;
  readonly #leftovers: Leftovers;

  /** `spokenOf` says what of each deny matters. */
  constructor(policy: Policy, reading: Reading, spokenOf: (deny: Box) => readonly Product[], moment: Moment) {
    const isOfAll = reading === 'with-audit';
    this.#model = modelOf(policy);
    const denies = this.#model.boxes.filter((box) => (isOfAll ? box.rule.effect === 'deny' : isEnforced(box, 'deny')));
    this.#denies = new Map(denies.map((box) => [box, spokenOf(box)]));
    this.#leftovers = new Leftovers(isOfAll ? enforced(policy) : policy, [...this.#denies.values()].flat(), moment);
  }

  /** What is left of some products of one allow together; `undefined` where they are surely empty. */
  left(box: Box, products: readonly Product[]): Standing | undefined {
    const { left, takers } = this.#leftovers.of(products);
    if (left === 'none') return takers.length === 0 ? undefined : { takenBy: takers };
    return { except: this.#exceptions(box, products), ...(left !== 'undecided' && { witness: left }) };
  }

  /** Every deny that may take something away from some products of one allow. */
  #exceptions(box: Box, products: readonly Product[]): readonly Whom[] {
    const near = new Set(this.#model.tree.near(box));
    return [...this.#denies]
      .filter(([deny]) => near.has(deny))
      .flatMap(([, taken]) => taken.filter((deny) => products.some((product) => mayOverlap(product, deny))))
      .map(whom);
  }
}

/** A policy in which every rule decides, also those in audit mode. */
function enforced(policy: Policy): Policy {
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, mode: 'enforce' })) };
}

import type { Decision } from '../../decision/decision.ts';
import type { Box } from '../box.ts';
import { firstFound } from '../first-found.ts';
import { outside, type Region, sampleOf } from '../region.ts';
import { type Witness, witnessOf } from '../witness.ts';
import type { PolicySide } from './policy-side.ts';
import { fillable } from './fillable.ts';

/** A token and a request, and what the policy it is tried on before and after says of them. */
export interface Tried {
  readonly witness: Witness;
  readonly from: Decision;
  readonly to: Decision;
}

export type Found = Tried | 'none' | 'undecided';

/** What is looked for, and what stands in its way. */
export interface Goal {
  /** Seconds that the token of an example lives longer than any other. */
  readonly ttl?: number;
  isMet(tried: Tried): boolean;
  /** Rules because of which an example cannot meet the goal, nor any other that they speak of. */
  settling(tried: Tried): readonly Box[];
}

/** How many examples are tried for one question before it is given up. */
const MOST_EXAMPLES = 200;

/**
 * Looks for an example in a region: tries one, and where a rule stands in its way goes on beside that rule. `none` is
 * sure, and an example was put to `decide` on both sides.
 */
export class FlipSearch {
  readonly #from: PolicySide;
  readonly #to: PolicySide;
  readonly #goal: Goal;
  #left = MOST_EXAMPLES;

  constructor(from: PolicySide, to: PolicySide, goal: Goal) {
    this.#from = from;
    this.#to = to;
    this.#goal = goal;
  }

  in(region: Region, settled: readonly Box[] = []): Found {
    const parts = sampleOf(region);
    if (typeof parts === 'string') return parts;
    if (this.#left === 0) return 'undecided';
    this.#left -= 1;
    const tried = this.#try(witnessOf(parts));
    if (this.#goal.isMet(tried)) return tried;
    const settling = this.#goal.settling(tried).find((box) => !settled.includes(box));
    if (settling !== undefined) {
      return firstFound(outside(region, settling), (rest) => this.in(rest, [...settled, settling]));
    }
    const parted = fillable(region, parts);
    return parted === undefined ? 'undecided' : firstFound(parted, (part) => this.in(part, settled));
  }

  #try({ token, request }: Witness): Tried {
    const exp = (token.claims['exp'] as number) + (this.#goal.ttl ?? 0);
    const witness = { token: { ...token, claims: { ...token.claims, exp } }, request };
    return { witness, from: this.#from.decide(witness), to: this.#to.decide(witness) };
  }
}

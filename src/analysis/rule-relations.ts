import type { Policy, TrustRule } from '../policy/policy.ts';
import type { Box } from './box.ts';
import { covers, implies } from './implication.ts';
import { mayApply } from './overlap.ts';
import { coversRequests } from './request-set.ts';
import { Comparisons, type ComparisonOptions, isEnforced, modelOf, type RuleModel } from './rule-model.ts';
import { confirms, type Witness } from './witness.ts';

/** What is found of a rule. Only what is sure is found, and every witness was put to `decide`. */
export interface RuleRelation {
  readonly rule: TrustRule;
  /** The rule that makes it so. */
  readonly other?: TrustRule;
  /** A token and a request that both rules, or the one, speak of. */
  readonly witness?: Witness;
  /** All grants of the allow are taken away, but it still gives plain access. */
  readonly leavesPlainAccess?: true;
}

/**
 * Enforced allows to which another one is always equal or better: it matches all their tokens, gives all their
 * requests, and may be relied on at least as long. Of two equals, the later by id.
 */
export function shadowedRules(policy: Policy, options: ComparisonOptions = {}): readonly RuleRelation[] {
  return about(policy, options, 'allow', (box, search) =>
    search.above('allow', (other) => search.outdoes(box, other, isAtLeastAsLong)),
  );
}

/**
 * Rules that never decide: their conditions cannot hold together, or they are allows that a wider enforced deny always
 * overrides. An allow and a deny for the very same tokens are `contradictingRules`.
 */
export function deadRules(policy: Policy, options: ComparisonOptions = {}): readonly RuleRelation[] {
  const impossible = modelOf(policy)
    .boxes.filter((box) => !mayApply(box))
    .map(({ rule }) => ({ rule }));
  const overridden = about(policy, options, 'allow', (box, search) =>
    search.above('deny', (deny) => implies(box, deny) === true && implies(deny, box) !== true && takes(deny, box)),
  );
  return [...impossible, ...overridden];
}

/** Enforced denies that take away only what no enforced allow gives, or what another one takes away too. */
export function redundantDenies(policy: Policy, options: ComparisonOptions = {}): readonly RuleRelation[] {
  return about(
    policy,
    options,
    'deny',
    (box, search) => search.above('deny', (other) => search.outdoes(box, other, () => true)) ?? search.meetsNoAllow(),
  );
}

/** Enforced allows for whose tokens, all of them and no others, an enforced deny takes away all they grant. */
export function contradictingRules(policy: Policy, options: ComparisonOptions = {}): readonly RuleRelation[] {
  return about(policy, options, 'allow', (box, search) =>
    search.above('deny', (deny) => implies(box, deny) === true && implies(deny, box) === true && takes(deny, box)),
  );
}

type Verdict = boolean | 'but plain access';

function takes(deny: Box, allow: Box): Verdict {
  if (covers(allow, deny) === true) return true;
  const takesNamed = allow.rule.grants !== undefined && coversRequests(allow.requests, deny.requests, 'named') === true;
  return takesNamed && 'but plain access';
}

function isAtLeastAsLong(box: Box, other: Box): boolean {
  return (other.rule.ttl ?? Infinity) >= (box.rule.ttl ?? Infinity);
}

/** Asks one question of every enforced rule of an effect that some token can meet. */
function about(
  policy: Policy,
  options: ComparisonOptions,
  effect: 'allow' | 'deny',
  question: (box: Box, search: Search) => RuleRelation | undefined,
): readonly RuleRelation[] {
  const model = modelOf(policy);
  const comparisons = new Comparisons(policy.rules.length, options);
  return model.boxes
    .filter((box) => isEnforced(box, effect))
    .map((box) => question(box, new Search(model, box, comparisons)))
    .filter((relation) => relation !== undefined);
}

/** The search for what one rule has to do with others. */
class Search {
  readonly #model: RuleModel;
  readonly #box: Box;
  readonly #comparisons: Comparisons;

  constructor(model: RuleModel, box: Box, comparisons: Comparisons) {
    this.#model = model;
    this.#box = box;
    this.#comparisons = comparisons;
  }

  /** The first rule of which the test holds, among those that could cover this one. */
  above(effect: 'allow' | 'deny', test: (other: Box) => Verdict): RuleRelation | undefined {
    for (const other of this.#model.tree.above(this.#box)) {
      if (other === this.#box || !isEnforced(other, effect)) continue;
      if (!this.#comparisons.take(this.#box, other)) return undefined;
      const verdict = test(other);
      const witness = verdict === false ? undefined : this.#witness(other);
      if (witness === undefined) continue;
      const rest = verdict === 'but plain access' ? ({ leavesPlainAccess: true } as const) : {};
      return { rule: this.#box.rule, other: other.rule, witness, ...rest };
    }
    return undefined;
  }

  /** Whether the other is equal or better; of two equals the first by id is the better. */
  outdoes(box: Box, other: Box, isBetter: (box: Box, other: Box) => boolean): boolean {
    const isOutdone = (a: Box, b: Box): boolean => isBetter(a, b) && implies(a, b) === true && covers(a, b) === true;
    return isOutdone(box, other) && (other.rule.id < box.rule.id || !isOutdone(other, box));
  }

  /** Found where this deny and every enforced allow surely have nothing in common. */
  meetsNoAllow(): RuleRelation | undefined {
    for (const other of this.#model.tree.near(this.#box)) {
      if (!isEnforced(other, 'allow')) continue;
      if (!this.#comparisons.take(this.#box, other)) return undefined;
      if (this.#model.overlap(this.#box, other) !== 'none') return undefined;
    }
    const witness = this.#witness();
    return witness && { rule: this.#box.rule, witness };
  }

  #witness(other?: Box): Witness | undefined {
    const example = this.#model.exampleOf(this.#box);
    if (typeof example === 'string') return undefined;
    return other === undefined || confirms(example, other.rule, this.#model.policy) ? example : undefined;
  }
}

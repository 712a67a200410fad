import { type CompiledPolicy, compilePolicy } from '../decision/compile.ts';
import type { Effect, Policy } from '../policy/policy.ts';
import { type Box, boxOf } from './box.ts';
import { type Found, overlap, satisfiable } from './overlap.ts';
import { RuleTree } from './rule-tree.ts';

/** How much work a question may be, and who watches it. */
export interface ComparisonOptions {
  /** How many pairs of rules may be compared; what is not compared is not decided. */
  readonly mostComparisons?: number;
  /** Told of every pair that is compared. */
  readonly onComparison?: (a: string, b: string) => void;
}

/** The rules of one policy as sets, and what has been found out about them. */
export interface RuleModel {
  readonly policy: Policy;
  readonly boxes: readonly Box[];
  readonly tree: RuleTree;
  /** An example of what the rule speaks of. */
  exampleOf(box: Box): Found;
  overlap(a: Box, b: Box): Found;
}

const models = new WeakMap<Policy, RuleModel>();

/** The model of a policy, made once. */
export function modelOf(policy: Policy): RuleModel {
  let model = models.get(policy);
  if (model === undefined) models.set(policy, (model = makeModel(policy)));
  return model;
}

const compiled = new WeakMap<Policy, CompiledPolicy>();

/** A policy as it is decided by, compiled once. */
export function compiledOf(policy: Policy): CompiledPolicy {
  const known = compiled.get(policy) ?? compilePolicy(policy);
  compiled.set(policy, known);
  return known;
}

function makeModel(policy: Policy): RuleModel {
  const boxes = policy.rules.map((rule) => boxOf(rule, policy));
  const examples = new Map<Box, Found>();
  return {
    policy,
    boxes,
    tree: new RuleTree(boxes),
    exampleOf(box) {
      const example = examples.get(box) ?? satisfiable(box, policy);
      examples.set(box, example);
      return example;
    },
    overlap: (a, b) => overlap(a, b, policy),
  };
}

/** Counts the pairs that are compared. */
export class Comparisons {
  readonly #most: number;
  readonly #told: ComparisonOptions['onComparison'];
  #count = 0;

  constructor(rules: number, { mostComparisons, onComparison }: ComparisonOptions) {
    this.#most = mostComparisons ?? 20_000 + 20 * rules;
    this.#told = onComparison;
  }

  /** Whether one more pair may be compared. */
  take(a: Box, b: Box): boolean {
    if (this.#count >= this.#most) return false;
    this.#count += 1;
    this.#told?.(a.rule.id, b.rule.id);
    return true;
  }
}

/** Whether a rule decides, and does so with this effect. */
export function isEnforced({ rule }: Box, effect: Effect): boolean {
  return rule.effect === effect && rule.mode === 'enforce';
}

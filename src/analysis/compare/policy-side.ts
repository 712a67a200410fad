import { type CompiledPolicy } from '../../decision/compile.ts';
import { decide } from '../../decision/decide.ts';
import type { Decision } from '../../decision/decision.ts';
import type { ReasonCode } from '../../decision/reason.ts';
import type { Issuer, TrustRule } from '../../policy/policy.ts';
import { type Box, boxOf } from '../box.ts';
import { RuleTree } from '../rule-tree.ts';
import type { Witness } from '../witness.ts';
import type { SharedRule } from './shared-rules.ts';

/** One of two policies that are compared: what it decides, and its enforced rules as sets. */
export class PolicySide {
  readonly #compiled: CompiledPolicy;
  readonly #issuers: readonly Issuer[];
  readonly #rules: ReadonlyMap<string, SharedRule>;
  readonly #meanings: ReadonlySet<string>;
  readonly #boxes = new Map<string, Box>();
  #allows: RuleTree | undefined;

  /** The issuers are those of both sides, in shared terms. */
  constructor(compiled: CompiledPolicy, issuers: readonly Issuer[], rules: readonly SharedRule[]) {
    this.#compiled = compiled;
    this.#issuers = issuers;
    const enforced = rules.filter(({ rule }) => rule.mode === 'enforce');
    this.#rules = new Map(enforced.map((one) => [one.rule.id, one]));
    this.#meanings = new Set(enforced.map(({ meaning }) => meaning));
  }

  /** The enforced rules whose like the other side does not have. */
  beside(other: PolicySide, effect: TrustRule['effect']): readonly SharedRule[] {
    const found = [...this.#rules.values()].filter(
      ({ rule, meaning }) => rule.effect === effect && !other.#meanings.has(meaning),
    );
    return [...new Map(found.map((one) => [one.meaning, one])).values()];
  }

  decide({ token, request }: Witness): Decision {
    return decide(this.#compiled, token, request);
  }

  /** As it stands in its policy. */
  rule(id: string): TrustRule | undefined {
    return this.#rules.get(id)?.rule;
  }

  box(id: string): Box | undefined {
    const shared = this.#rules.get(id)?.shared;
    if (shared === undefined) return undefined;
    const box = this.#boxes.get(id) ?? boxOf(shared, { issuers: this.#issuers, rules: [] });
    this.#boxes.set(id, box);
    return box;
  }

  /** The rules that a decision of this side names with a code. */
  speakers({ reasons }: Decision, code: ReasonCode): readonly Box[] {
    return reasons.flatMap((reason) => {
      const box = reason.code === code && reason.rule !== undefined ? this.box(reason.rule) : undefined;
      return box === undefined ? [] : [box];
    });
  }

  /** The enforced allows that could have a principal in common with a rule; more than do. */
  allowsNear(box: Box): Set<Box> {
    this.#allows ??= new RuleTree(
      [...this.#rules.values()].flatMap(({ rule }) => (rule.effect === 'allow' ? (this.box(rule.id) ?? []) : [])),
    );
    return new Set(this.#allows.near(box));
  }
}

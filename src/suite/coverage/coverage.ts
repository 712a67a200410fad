import type { Effect, Place } from '../../policy/policy.ts';

/**
 * How much of a policy the cases of its tests reach. Plain data. Whether the cases pass plays no part, nor does the mode
 * of a rule: an audit rule is covered like any other.
 */
export interface Coverage {
  /** In the order of the policy. */
  readonly rules: readonly RuleCoverage[];
  readonly total: Tally;
}

export interface RuleCoverage {
  readonly rule: string;
  readonly effect: Effect;
  readonly at: Place;
  /** The rule itself first, then its conditions, then the patterns of its grants. */
  readonly items: readonly CoverageItem[];
  /** The paths of conditions that no case can tell the want of: without them the rule means the same. */
  readonly leftOut: readonly string[];
  readonly total: Tally;
}

/** One thing that a case can reach. */
export interface CoverageItem {
  /**
   * - `rule`: a case to which the rule applies (all of its conditions hold);
   * - `condition`: a case whose token gets as far as the rules, and for which this one condition fails and no other. For
   *   `issuer`: a token of another trusted issuer, to which the rule would apply had one of its own issuers issued it; or,
   *   where the rule names every issuer of the policy, any token of an issuer that the policy does not know;
   * - `action`, `resource`: a case to which the rule applies, and whose request this pattern of a grant covers.
   */
  readonly kind: 'rule' | 'condition' | 'action' | 'resource';
  /** The id of the rule, the path of the condition as explanations have it, or the pattern as written. */
  readonly name: string;
  readonly at: Place;
  /** How many cases reach it. */
  readonly cases: number;
}

export interface Tally {
  readonly items: number;
  readonly covered: number;
  /** Rounded down to one decimal; 100 just where every item is covered. */
  readonly percent: number;
}

export function tallyOf(found: readonly CoverageItem[]): Tally {
  const items = found.length;
  const covered = found.filter(({ cases }) => cases > 0).length;
  return { items, covered, percent: items === 0 ? 100 : Math.floor((covered * 1000) / items) / 10 };
}

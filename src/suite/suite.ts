import type { Invariant } from '../analysis/index.ts';
import type { DecisionToken } from '../decision/decide.ts';
import type { DecisionRequest, Effect } from '../decision/decision.ts';
import type { ReasonCode } from '../decision/reason.ts';
import type { Place } from '../policy/policy.ts';

/** The cases of one file, a matrix taken apart, and its invariants. Plain, immutable data; times and durations in seconds. */
export interface Suite {
  readonly file: string;
  readonly cases: readonly TestCase[];
  readonly invariants: readonly Invariant[];
}

/** A token, taken as verified, a request, and what must be decided. */
export interface TestCase {
  readonly name: string;
  readonly at: Place;
  readonly token: DecisionToken;
  readonly request: CaseRequest;
  readonly expected: Expectation;
}

export type CaseRequest = DecisionRequest & { readonly now: number };

export interface Expectation {
  readonly effect: Effect;
  /** Exactly the rules that decide, by id; of a deny for want of a rule none. */
  readonly rules?: readonly string[];
  /** Codes that are among the reasons. */
  readonly reasons?: readonly ReasonCode[];
  /** Seconds from the request until the decision expires. */
  readonly ttl?: number;
}

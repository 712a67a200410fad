import type { Decision } from '../../decision/decision.ts';
import type { ClaimCondition, Place, SubjectPattern, TrustRule } from '../../policy/policy.ts';
import type { Witness } from '../witness.ts';

/** What must hold of every token and request of a set. */
export interface Invariant {
  readonly name: string;
  readonly at: Place;
  /** `never`: none of them is allowed. `always`: each of them is. */
  readonly demand: 'never' | 'always';
  readonly set: InvariantSet;
}

/**
 * Tokens with requests. All conditions must hold; what is left out holds for everything. A `not` of a claim that cannot
 * be judged holds in a `never`, as in a deny, and fails in an `always`, as in an allow: what is unknown never opens.
 */
export interface InvariantSet {
  /** Local names of issuers. */
  readonly issuers?: readonly string[];
  readonly audiences?: readonly string[];
  readonly subjects?: InvariantSubjects;
  readonly kinds?: readonly string[];
  readonly claims: readonly ClaimCondition[];
  readonly request: InvariantRequest;
}

/** Principals that some pattern covers, or those that none does. A pattern covers none of an issuer that cannot say it. */
export interface InvariantSubjects {
  readonly patterns: readonly SubjectPattern[];
  readonly areOutside: boolean;
}

/** Plain access alone; or requests by globs, and where both are left out plain access too. */
export type InvariantRequest =
  'plain' | { readonly actions?: readonly string[]; readonly resources?: readonly string[] };

/** What is known of an invariant. Every counterexample was put to `decide`; `proven` is sure. */
export type InvariantAnswer =
  | { readonly outcome: 'proven' }
  | { readonly outcome: 'refuted'; readonly counterexample: Counterexample }
  /** With the rules where neither could be shown. */
  | { readonly outcome: 'undecided'; readonly rules: readonly TrustRule[] };

/** A token and a request of the set, and the decision that must not be. */
export interface Counterexample {
  readonly witness: Witness;
  readonly decision: Decision;
}

import { type Invariant, type InvariantAnswer, proveInvariant } from '../analysis/index.ts';
import type { Policy } from '../policy/policy.ts';

/** What came of one invariant. */
export interface InvariantResult {
  readonly invariant: Invariant;
  readonly answer: InvariantAnswer;
  /** Whether it is proven; what is not decided has not passed. */
  readonly passed: boolean;
}

export function runInvariant(invariant: Invariant, policy: Policy): InvariantResult {
  const answer = proveInvariant(policy, invariant);
  return { invariant, answer, passed: answer.outcome === 'proven' };
}

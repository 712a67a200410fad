import type { Policy } from '../../../policy/policy.ts';
import type { CaseResult } from '../../../suite/run-suite.ts';
import { formatDecision } from '../decision.ts';
import type { Paint } from '../paint.ts';

/** Why a case was decided as it was, as people read it. */
export function why({ case: one, decision }: CaseResult, _: Policy, paint: Paint): string {
  return formatDecision(decision, { paint, now: one.request.now });
}

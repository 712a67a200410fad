import { explain } from '../../../decision/explain/explain.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { CaseResult } from '../../../suite/run-suite.ts';
import { formatExplanation } from '../explanation.ts';
import type { Paint } from '../paint.ts';

/** Why a case was decided as it was, as people read it. */
export function why({ case: { token, request } }: CaseResult, policy: Policy, paint: Paint): string {
  return formatExplanation(explain(policy, token, request), { paint, now: request.now });
}

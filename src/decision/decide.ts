import { admit, type DecisionToken } from './admit.ts';
import type { CompiledPolicy } from './compile.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import { type AdmittedToken, type Evaluation, evaluateRules } from './evaluate.ts';
import { outcomeOf } from './outcome.ts';
import type { Reason } from './reason.ts';
import { parseRequest, type Request, timeOf } from './request.ts';

export type { DecisionToken } from './admit.ts';

/**
 * Decides what a verified token may do. Total over JSON values: it neither throws nor waits, and reads no clock
 * unless `request.now` is left out. Verify the token first; here its claims are believed.
 */
export function decide(policy: CompiledPolicy, token: DecisionToken, request?: DecisionRequest): Decision {
  return decideWithin(policy, token, request, {});
}

/** What bounds a request beside what it says itself. */
export interface Bounds {
  /** The audiences the service answers to; any that the policy accepts where left out. */
  readonly audiences?: readonly string[];
  /** Seconds since the epoch; the request's own time where left out. */
  readonly now?: number;
}

/** As `decide`, for a service with a name and a clock of its own. */
export function decideWithin(policy: CompiledPolicy, token: DecisionToken, input: unknown, bounds: Bounds): Decision {
  const request = parseRequest(input, bounds.now);
  if ('code' in request) return refusal(policy, request, bounds.now ?? timeOf(input));
  const admitted = admit(policy, token, request, bounds.audiences);
  if ('code' in admitted) return refusal(policy, admitted, request.now);
  return judge(policy, admitted, request);
}

/** A deny that no rule had a part in. */
export function refusal(policy: { readonly digest: string }, why: Reason, now: number): Decision {
  return { effect: 'deny', reasons: [why], grants: [], denied: [], expiresAt: now, policy: { digest: policy.digest } };
}

function judge(policy: CompiledPolicy, token: AdmittedToken, request: Request): Decision {
  const { now } = request;
  const evaluation = evaluateRules(policy, token, now);
  const outcome = outcomeOf(evaluation, token, request, false);
  const audited = evaluation.matched.some(({ audit }) => audit)
    ? outcomeOf(evaluation, token, request, true)
    : undefined;
  const differs = audited !== undefined && summary(audited) !== summary(outcome);
  return {
    effect: outcome.effect,
    reasons: outcome.reasons,
    principal: token.principal,
    grants: outcome.grants,
    denied: outcome.denied,
    ...(differs ? { enforced: { effect: audited.effect, grants: audited.grants, denied: audited.denied } } : {}),
    expiresAt: outcome.effect === 'allow' ? expiry(token, evaluation, outcome.shortestTtl, now) : now,
    policy: { digest: policy.digest },
  };
}

function summary({ effect, grants, denied }: Pick<Decision, 'effect' | 'grants' | 'denied'>): string {
  return JSON.stringify([effect, grants, denied]);
}

/** An allow lasts no longer than the token, its rules' ttl, and the next time any matching rule comes or goes. */
function expiry({ claims }: AdmittedToken, { boundary }: Evaluation, ttl: number, now: number): number {
  return Math.max(now, Math.min(claims['exp'] as number, now + ttl, boundary));
}

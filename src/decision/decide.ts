import { admit, type DecisionToken } from './admit.ts';
import type { CompiledPolicy } from './compile.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import { type AdmittedToken, evaluateRules } from './evaluate.ts';
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
  return judgeWithin(policy, token, input, bounds).decision;
}

/** A decision, and whether it would be the same at other times. */
export interface Judgement {
  readonly decision: Decision;
  /** Of an allow that stays the same for as long as the token is good: how long it lasts at most, in seconds. */
  readonly lasts?: { readonly ttl: number; readonly exp: number };
}

/** When an allow that stays the same expires, if it is given at `now`. */
export function expiresAt({ ttl, exp }: NonNullable<Judgement['lasts']>, now: number): number {
  return Math.max(now, Math.min(exp, now + ttl));
}

/** As `decideWithin`, for those who want to give an allow again. */
export function judgeWithin(policy: CompiledPolicy, token: DecisionToken, input: unknown, bounds: Bounds): Judgement {
  const request = parseRequest(input, bounds.now);
  if ('code' in request) return { decision: refusal(policy, request, bounds.now ?? timeOf(input)) };
  const admitted = admit(policy, token, request, bounds.audiences);
  if ('code' in admitted) return { decision: refusal(policy, admitted, request.now) };
  return judge(policy, admitted, request);
}

/** A deny that no rule had a part in. */
export function refusal(policy: { readonly digest: string }, why: Reason, now: number): Decision {
  return { effect: 'deny', reasons: [why], grants: [], denied: [], expiresAt: now, policy: { digest: policy.digest } };
}

function judge(policy: CompiledPolicy, token: AdmittedToken, request: Request): Judgement {
  const { now } = request;
  const evaluation = evaluateRules(policy, token, now);
  const outcome = outcomeOf(evaluation, token, request, false);
  const audited = evaluation.matched.some(({ audit }) => audit)
    ? outcomeOf(evaluation, token, request, true)
    : undefined;
  const differs = audited !== undefined && summary(audited) !== summary(outcome);
  const isAllow = outcome.effect === 'allow';
  const lasts = { ttl: outcome.shortestTtl, exp: token.claims['exp'] as number };
  const decision: Decision = {
    effect: outcome.effect,
    reasons: outcome.reasons,
    principal: token.principal,
    issuer: token.url,
    grants: outcome.grants,
    denied: outcome.denied,
    ...(differs ? { enforced: { effect: audited.effect, grants: audited.grants, denied: audited.denied } } : {}),
    // No longer than the token, its rules' ttl, and the next time any matching rule comes or goes.
    expiresAt: isAllow ? Math.max(now, Math.min(expiresAt(lasts, now), evaluation.boundary)) : now,
    policy: { digest: policy.digest },
  };
  return isAllow && evaluation.isTimeless ? { decision, lasts } : { decision };
}

function summary({ effect, grants, denied }: Pick<Decision, 'effect' | 'grants' | 'denied'>): string {
  return JSON.stringify([effect, grants, denied]);
}

import { type Claims, ownClaim } from '../policy/subject/scheme.ts';
import { principalUnder } from '../policy/subject/schemes.ts';
import { audiencesOf } from './audience.ts';
import type { CompiledPolicy } from './compile.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import { type AdmittedToken, type Evaluation, evaluateRules } from './evaluate.ts';
import { outcomeOf } from './outcome.ts';
import { type Reason, reason } from './reason.ts';
import { parseRequest, type Request, timeOf } from './request.ts';

/** What a verified token says: its issuer's url, and its claims. */
export interface DecisionToken {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

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

function admit(
  policy: CompiledPolicy,
  token: DecisionToken,
  request: Request,
  bound: readonly string[] | undefined,
): AdmittedToken | Reason {
  const { issuer: url, claims } = readToken(token);
  const issuer = policy.issuers.get(url);
  if (issuer === undefined) return reason('issuer_unknown', { actual: url });
  const exp = ownClaim(claims, 'exp');
  if (typeof exp !== 'number' || !Number.isFinite(exp) || request.now >= exp + issuer.clockSkew) {
    return reason('token_expired', { expected: request.now, ...(exp === undefined ? {} : { actual: exp }) });
  }
  const named = audiencesOf(claims);
  if (named === undefined) return reason('claim_malformed', { path: 'aud', actual: ownClaim(claims, 'aud') });
  const asked = request.audience === undefined ? bound : [request.audience];
  const wanted = bound === undefined ? asked : asked?.filter((name) => bound.includes(name));
  const audiences = named.filter(
    (name) => issuer.audiences.has(name) && (wanted === undefined || wanted.includes(name)),
  );
  if (audiences.length === 0)
    return reason('audience_mismatch', { expected: wanted ?? [...issuer.audiences], actual: ownClaim(claims, 'aud') });
  const principal = principalUnder(issuer.schemes, claims);
  if (typeof principal === 'string') {
    return reason(principal, {
      expected: issuer.schemes.map(({ name }) => name),
      actual: ownClaim(claims, 'sub'),
      path: 'sub',
    });
  }
  return { issuer, url, audiences, principal, claims };
}

/** Nothing is believed of the shape of what is given, so that no value can make a decision throw. */
function readToken(token: unknown): DecisionToken {
  const { issuer, claims } = (typeof token === 'object' && token !== null ? token : {}) as Partial<
    Record<string, unknown>
  >;
  const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims);
  return { issuer: typeof issuer === 'string' ? issuer : '', claims: isObject ? (claims as Claims) : {} };
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

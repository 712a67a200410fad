import type { Policy } from '../../policy/policy.ts';
import { ownClaim } from '../../policy/subject/scheme.ts';
import { audiencesThatCount, type DecisionToken, expiryFault, principalOf, readToken } from '../admit.ts';
import { type CompiledPolicy, compilePolicy } from '../compile.ts';
import type { Bounds } from '../decide.ts';
import { type Reason, reason } from '../reason.ts';
import { parseRequest, type Request, timeOf } from '../request.ts';
import type { Stage } from '../stage.ts';
import { compileConditions, type Facts, type RuleConditions } from './rule-conditions.ts';

/** A policy made ready to be explained; made once for each policy. */
export interface ExplainedPolicy {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
  readonly rules: readonly RuleConditions[];
}

const prepared = new WeakMap<Policy, ExplainedPolicy>();

export function explained(policy: Policy, compiled?: CompiledPolicy): ExplainedPolicy {
  let ready = prepared.get(policy);
  if (ready === undefined) {
    ready = { policy, compiled: compiled ?? compilePolicy(policy), rules: policy.rules.map(compileConditions) };
    prepared.set(policy, ready);
  }
  return ready;
}

/** One step that `decide` takes before it asks rules. Neither passed nor failed: an earlier one is in its way. */
export interface AskedStep {
  readonly name: Stage;
  readonly fault?: Reason;
  readonly actual?: unknown;
  readonly reached: boolean;
}

/** All that can be learnt of a token, where one step fails too, by the very steps that `decide` takes. */
export function survey(
  { policy, compiled }: ExplainedPolicy,
  token: unknown,
  input: unknown,
  { audiences: bound, now }: Bounds,
): { readonly facts: Facts; readonly steps: readonly AskedStep[] } {
  const parsed = parseRequest(input, now);
  const request: Request = 'code' in parsed ? { now: now ?? timeOf(input) } : parsed;
  const { issuer: url, claims } = readToken(token);
  const issuer = compiled.issuers.get(url);
  const audiences = issuer && audiencesThatCount(issuer, claims, request.audience, bound);
  const principal = issuer && principalOf(issuer, claims);
  const steps: AskedStep[] = [
    step('request', 'code' in parsed ? parsed : undefined),
    step('issuer', issuer ? undefined : reason('issuer_unknown', { actual: url }), url),
    issuer ? step('times', expiryFault(issuer, claims, request.now), ownClaim(claims, 'exp')) : unreached('times'),
    audiences ? step('audience', faultOf(audiences), audiences) : unreached('audience'),
    principal
      ? step('subject', faultOf(principal), 'path' in principal ? principal.path : undefined)
      : unreached('subject'),
  ];
  const facts: Facts = {
    url,
    issuer: policy.issuers.find((one) => one.url === url)?.name,
    audiences: audiences === undefined ? undefined : namesOf(audiences),
    principal: principal === undefined || 'code' in principal ? undefined : principal,
    split: issuer?.split ?? ((path) => [path]),
    claims,
    request,
  };
  return { facts, steps };
}

/**
 * What rules are asked about: the facts of a token that gets as far as the rules, or the reason why it does not.
 * Where conditions are asked often, compile them once with `compileConditions`.
 */
export function factsOf(policy: Policy, token: DecisionToken, request?: unknown): Facts | Reason {
  const { facts, steps } = survey(explained(policy), token, request, {});
  return steps.find(({ fault }) => fault !== undefined)?.fault ?? facts;
}

function step(name: Stage, fault: Reason | undefined, actual?: unknown): AskedStep {
  if (fault !== undefined) return { name, reached: true, fault };
  return { name, reached: true, ...(actual === undefined ? {} : { actual }) };
}

function unreached(name: Stage): AskedStep {
  return { name, reached: false };
}

function faultOf(value: object): Reason | undefined {
  return 'code' in value ? (value as Reason) : undefined;
}

/** A token for another audience has none that counts; one whose `aud` is malformed cannot be asked. */
function namesOf(audiences: readonly string[] | Reason): readonly string[] | undefined {
  if (!('code' in audiences)) return audiences;
  return audiences.code === 'audience_mismatch' ? [] : undefined;
}

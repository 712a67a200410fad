import type { Policy } from '../../policy/policy.ts';
import type { DecisionToken } from '../admit.ts';
import type { CompiledPolicy } from '../compile.ts';
import { type Bounds, decideWithin, refusal } from '../decide.ts';
import type { DecisionRequest } from '../decision.ts';
import { byCodeUnits } from '../../policy/order.ts';
import type { Reason } from '../reason.ts';
import { explainRule } from './explain-rule.ts';
import type { Explanation, RuleExplanation, Step } from './explanation.ts';
import { type AskedStep, explained, survey } from './facts.ts';
import { stepHints } from './hints/step.ts';

/**
 * Explains what a verified token may do: the slow, complete twin of `decide`, which it always agrees with. Total over
 * JSON values; reads no clock unless `request.now` is left out. Keep the policy: what is made of it is kept with it.
 */
export function explain(policy: Policy, token: DecisionToken, request?: DecisionRequest): Explanation {
  return explainWithin(policy, token, request, {});
}

/** What went before: how far the token's verification got. */
export interface Before {
  readonly steps: readonly Omit<Step, 'hints' | 'verified'>[];
  /** Why the token was refused; the rules are then explained on what it claims. */
  readonly refused?: Reason;
  readonly verified: boolean;
  /** The policy as it is in force, if that was compiled already. */
  readonly compiled?: CompiledPolicy;
}

const NOTHING: Before = { steps: [], verified: true };

/** As `explain`, for a service with a name and a clock of its own, that verified the token or tried to. */
export function explainWithin(
  policy: Policy,
  token: DecisionToken,
  input: unknown,
  bounds: Bounds,
  before: Before = NOTHING,
): Explanation {
  const { verified, refused } = before;
  const ready = explained(policy, before.compiled);
  const { facts, steps: asked } = survey(ready, token, input, bounds);
  const { compiled } = ready;
  const { now } = facts.request;
  const decision = refused
    ? refusal(compiled, refused, now)
    : decideWithin(compiled, token, ...atOneTime(input, bounds, now));
  const steps = journey(before.steps, asked).map((step): Step => ({
    ...step,
    verified,
    hints: step.reason === undefined ? [] : stepHints(policy, facts, step.reason),
  }));
  const inTheWay = steps.filter(({ status }) => status === 'failed').length;
  const given = { policy, facts, decision, verified, inTheWay };
  const changes = (rule: RuleExplanation): number => (rule.effect === decision.effect ? 1 : 0);
  const rules = ready.rules
    .map((conditions) => explainRule(conditions, given))
    .sort(
      (a, b) =>
        Number(b.decides) - Number(a.decides) ||
        changes(a) - changes(b) ||
        Number(b.applies) - Number(a.applies) ||
        a.distance - b.distance ||
        byCodeUnits(a.rule, b.rule),
    );
  return { decision, verified, steps, rules };
}

/** What went before, then the rest. Once the issuer is known, a step that was not reached is asked all the same. */
function journey(before: Before['steps'], asked: readonly AskedStep[]): Before['steps'] {
  const knowsIssuer = before.some(({ name, status }) => name === 'issuer' && status === 'passed');
  const beyond = before.map((step) => {
    const same = knowsIssuer && step.status === 'not-reached' && asked.find(({ name }) => name === step.name);
    return same ? stepOf(same) : step;
  });
  return [...beyond, ...asked.filter(({ name }) => before.every((step) => step.name !== name)).map(stepOf)];
}

/** Where nobody gave a time, all is asked at the one that was read first. */
function atOneTime(input: unknown, bounds: Bounds, now: number): readonly [input: unknown, bounds: Bounds] {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || !('now' in input))
    return [input, { ...bounds, now }];
  return [input.now === undefined ? { ...input, now } : input, bounds];
}

function stepOf({ name, fault, reached, ...rest }: AskedStep): Before['steps'][number] {
  if (!reached) return { name, status: 'not-reached' };
  return fault === undefined ? { name, status: 'passed', ...rest } : { name, status: 'failed', reason: fault };
}

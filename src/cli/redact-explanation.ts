import type { Decision } from '../decision/decision.ts';
import type { ConditionExplanation, RuleExplanation, Step } from '../decision/explain/explanation.ts';
import { type Hint, hint } from '../decision/explain/hints/hint.ts';
import { type Reason, type ReasonData, reason } from '../decision/reason.ts';
import type { EngineExplanation } from '../engine/explain-token.ts';
import { Redactor } from './redactor.ts';

/**
 * An explanation to be shown to others: the texts of token, policy and request replaced by placeholders, equal ones by
 * equal ones, and every sentence made anew from them. What stays is its shape, codes, names of claims, times, and the
 * digests of policy and token.
 */
export function redactExplanation({ decision, token, verified, steps, rules }: EngineExplanation): EngineExplanation {
  const redactor = new Redactor();
  return {
    ...(decision === undefined ? {} : { decision: ofDecision(decision, redactor) }),
    ...(token === undefined ? {} : { token }),
    verified,
    steps: steps.map((step) => ofStep(step, redactor)),
    rules: rules.map((rule) => ofRule(rule, redactor)),
  };
}

function ofDecision(decision: Decision, redactor: Redactor): Decision {
  const { principal, reasons, grants, denied, enforced } = decision;
  const [first, ...others] = reasons;
  return {
    ...decision,
    ...(principal === undefined ? {} : { principal: redactor.value(principal) }),
    reasons: [ofReason(first, redactor), ...others.map((one) => ofReason(one, redactor))],
    grants: redactor.value(grants),
    denied: redactor.value(denied),
    ...(enforced === undefined ? {} : { enforced: redactor.value(enforced) }),
  };
}

function ofReason({ code, message: _, ...data }: Reason, redactor: Redactor): Reason {
  // What a request lacks is said in words of our own.
  const known: ReasonData = code === 'request_malformed' ? { expected: data.expected } : {};
  const numbers = code === 'condition_not_met' ? 'hidden' : 'kept';
  return reason(code, { ...data, ...ofPlaces(data, redactor), ...ofValues(data, redactor, numbers), ...known });
}

function ofStep({ error, ...step }: Step, redactor: Redactor): Step {
  return {
    ...step,
    ...(step.actual === undefined ? {} : { actual: redactor.value(step.actual) }),
    ...(step.reason === undefined ? {} : { reason: ofReason(step.reason, redactor) }),
    ...(error === undefined ? {} : { error: { code: error.code, message: "the issuer's keys cannot be had" } }),
    hints: step.hints.map((one) => ofHint(one, redactor)),
  };
}

function ofRule(explained: RuleExplanation, redactor: Redactor): RuleExplanation {
  const { conditions, grants, hints } = explained;
  return {
    ...explained,
    ...ofPlaces(explained, redactor),
    conditions: conditions.map((one) => ofCondition(one, redactor)),
    ...(grants === undefined ? {} : { grants: ofCondition(grants, redactor) }),
    hints: hints.map((one) => ofHint(one, redactor)),
  };
}

function ofCondition(condition: ConditionExplanation, redactor: Redactor): ConditionExplanation {
  const numbers = condition.path.startsWith('claims.') ? 'hidden' : 'kept';
  return {
    ...condition,
    ...ofValues(condition, redactor, numbers),
    ...(condition.at === undefined ? {} : { at: redactor.place(condition.at) }),
    hints: condition.hints.map((one) => ofHint(one, redactor)),
  };
}

const TYPES: readonly string[] = ['wrong-type', 'array-needs-contains', 'contains-needs-array'];

function ofHint({ code, message: _, ...data }: Hint, redactor: Redactor): Hint {
  if (code === 'claim-name-differs') return hint(code, data);
  const rule = data.rule === undefined ? {} : { rule: redactor.text(data.rule) };
  return hint(code, { ...data, ...rule, ...ofValues(data, redactor, TYPES.includes(code) ? 'hidden' : 'kept') });
}

type Place = NonNullable<ReasonData['at']>;

function ofPlaces<Given extends { readonly rule?: string; readonly at?: Place }>(
  { rule, at }: Given,
  redactor: Redactor,
): Pick<Given, 'rule' | 'at'> {
  return {
    ...(rule === undefined ? {} : { rule: redactor.text(rule) }),
    ...(at === undefined ? {} : { at: redactor.place(at) }),
  };
}

function ofValues(
  { expected, actual }: { readonly expected?: unknown; readonly actual?: unknown },
  redactor: Redactor,
  numbers: 'kept' | 'hidden',
): { readonly expected?: unknown; readonly actual?: unknown } {
  return {
    ...(expected === undefined ? {} : { expected: redactor.value(expected, numbers) }),
    ...(actual === undefined ? {} : { actual: redactor.value(actual, numbers) }),
  };
}

import type { Policy, TrustRule } from '../../policy/policy.ts';
import type { Decision } from '../decision.ts';
import { distanceOf } from './distance.ts';
import type { ConditionExplanation, RuleExplanation } from './explanation.ts';
import { audienceHints } from './hints/audience.ts';
import { claimHints } from './hints/claim.ts';
import { grantHints } from './hints/grant.ts';
import { type Hint, hint } from './hints/hint.ts';
import { subjectHints } from './hints/subject.ts';
import { validityHints } from './hints/time.ts';
import type { AskedCondition, AskedGrant, Facts, RuleConditions } from './rule-conditions.ts';

/** What a rule is explained against. */
export interface Circumstances {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly decision: Decision;
  readonly verified: boolean;
  /** Steps of the journey that failed, for which no rule applies. */
  readonly inTheWay: number;
}

export function explainRule({ rule, ask, askGrants }: RuleConditions, given: Circumstances): RuleExplanation {
  const { facts, decision, verified, inTheWay } = given;
  const conditions = ask(facts).map((asked) => explainCondition(asked, rule, given));
  const failing = conditions.filter(({ status }) => status !== 'holds').length;
  const grants = explainGrants(rule, askGrants(facts), given);
  const applies = failing + inTheWay === 0;
  const satisfies = applies && (grants === undefined || grants.status === 'holds');
  return {
    rule: rule.id,
    effect: rule.effect,
    mode: rule.mode,
    at: rule.at,
    applies,
    decides: decidersOf(decision).includes(rule.id),
    missing: failing + inTheWay,
    distance: distanceOf(conditions, grants),
    verified,
    conditions,
    ...(grants === undefined ? {} : { grants }),
    hints: satisfies ? standingHints(rule, decision) : [],
  };
}

/** What the grants of a rule say of the action that is asked for; nothing where none is, or where they are not needed. */
function explainGrants(
  rule: TrustRule,
  asked: readonly AskedGrant[],
  { facts: { principal, request }, verified }: Circumstances,
): ConditionExplanation | undefined {
  const { action, resource } = request;
  if (action === undefined || (rule.effect === 'deny' && rule.grants === undefined)) return undefined;
  const actual = { action, ...(resource === undefined ? {} : { resource }) };
  const covering = asked.filter(({ covers }) => covers);
  const isCovered = covering.length > 0;
  const status = isCovered ? 'holds' : principal === undefined ? 'unknown' : rule.grants ? 'differs' : 'absent';
  return {
    path: 'grants',
    status,
    expected: filled(isCovered ? covering : asked),
    actual,
    verified,
    hints: isCovered || principal === undefined ? [] : grantHints(rule, asked, actual),
  };
}

function filled(asked: readonly AskedGrant[]): readonly NonNullable<AskedGrant['grant']>[] {
  return asked.map(({ grant }) => grant).filter((grant) => grant !== undefined);
}

/** The rules that a decision rests on. */
export function decidersOf({ reasons }: Decision): readonly string[] {
  const [{ code }] = reasons;
  if (code !== 'rule_matched' && code !== 'denied_by_rule') return [];
  return reasons.flatMap((reason) => (reason.code === code && reason.rule !== undefined ? [reason.rule] : []));
}

/** Why a rule that says what is asked still does not decide. */
function standingHints({ effect, mode }: TrustRule, decision: Decision): readonly Hint[] {
  if (mode === 'audit') return [hint('audit-mode')];
  if (effect === 'deny' || decision.reasons[0].code !== 'denied_by_rule') return [];
  return decidersOf(decision).map((rule) => hint('denied-by-rule', { rule }));
}

function explainCondition(
  { path, holds, expected, actual }: AskedCondition,
  rule: TrustRule,
  given: Circumstances,
): ConditionExplanation {
  const status = holds === undefined ? 'unknown' : holds ? 'holds' : actual === undefined ? 'absent' : 'differs';
  return {
    path,
    status,
    expected,
    ...(actual === undefined ? {} : { actual }),
    verified: given.verified,
    hints: holds === false ? conditionHints(path, actual, rule, given) : [],
  };
}

function conditionHints(
  path: string,
  actual: unknown,
  { id, when, valid }: TrustRule,
  { policy, facts }: Circumstances,
): readonly Hint[] {
  if (path === 'audience') return audienceHints(policy, facts, when.audiences ?? [], id);
  if (path === 'subject') return subjectHints(when.subjects ?? [], facts);
  if (path === 'valid' && valid !== undefined) return validityHints(valid, facts.request.now);
  const claim = when.claims.find(({ key }) => path === `claims.${key}`);
  return claim === undefined ? [] : claimHints(claim, actual, facts.claims);
}

import { type CompiledPolicy, compilePolicy } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Policy } from '../policy/policy.ts';
import { quote } from '../policy/quote.ts';
import type { Expectation, TestCase } from './suite.ts';

/** What came of one case. */
export interface CaseResult {
  readonly case: TestCase;
  readonly decision: Decision;
  readonly passed: boolean;
  /** What was expected and what came, a sentence for each that differs; none where the case passed. */
  readonly differences: readonly string[];
}

/** Decides every case. Nothing is believed beyond the policy: what no rule allows is denied. */
export function runSuite(cases: readonly TestCase[], policy: Policy): readonly CaseResult[] {
  const compiled = compilePolicy(policy);
  return cases.map((one) => runCase(one, compiled));
}

export function runCase(one: TestCase, policy: CompiledPolicy): CaseResult {
  const decision = decide(policy, one.token, one.request);
  const differences = differencesOf(one.expected, decision, one.request.now);
  return { case: one, decision, passed: differences.length === 0, differences };
}

/** The rules that decided: all that allow, or all that deny; none where it is denied for want of a rule. */
export function decidingRules({ effect, reasons }: Decision): readonly string[] {
  const code = effect === 'allow' ? 'rule_matched' : 'denied_by_rule';
  return reasons.flatMap((reason) => (reason.code === code && reason.rule !== undefined ? [reason.rule] : []));
}

function differencesOf({ effect, rules, reasons = [], ttl }: Expectation, decision: Decision, now: number): string[] {
  if (effect !== decision.effect) return [`expected \`${effect}\`, came \`${decision.effect}\``];
  const differences: string[] = [];
  const deciding = decidingRules(decision);
  if (rules !== undefined && !areSame(rules, deciding))
    differences.push(`expected that ${listed(rules)} ${decides(rules, effect)}, it was ${listed(deciding)}`);
  const codes = new Set(decision.reasons.map(({ code }) => code));
  const missing = reasons.filter((code) => !codes.has(code));
  if (missing.length > 0)
    differences.push(`expected the reasons to hold ${listed(missing)}, they are ${listed([...codes])}`);
  const lasts = decision.expiresAt - now;
  if (ttl !== undefined && ttl !== lasts)
    differences.push(`expected that it lasts ${String(ttl)} s, it lasts ${String(lasts)} s`);
  return differences;
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return [...new Set(a)].sort().join('\n') === [...new Set(b)].sort().join('\n');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no rule' : names.map(quote).join(', ');
}

function decides(rules: readonly string[], effect: Expectation['effect']): string {
  const one = effect === 'allow' ? 'allows' : 'denies';
  return `${rules.length > 1 ? effect : one} it`;
}

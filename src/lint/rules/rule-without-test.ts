import { compilePolicy } from '../../decision/compile.ts';
import { explain } from '../../decision/explain/explain.ts';
import type { Policy } from '../../policy/policy.ts';
import { decidingRules, runCase } from '../../suite/run-suite.ts';
import type { TestCase } from '../../suite/suite.ts';
import type { LintRule } from '../lint-rule.ts';

export const ruleWithoutTest: LintRule = {
  id: 'rule-without-test',
  summary: 'a rule that applies in no case of the tests, where there are tests',
  severity: 'warning',
  check({ policy, cases = [], report }) {
    if (cases.length === 0) return;
    for (const id of unreached(policy, cases)) {
      report({
        at: { rule: id },
        message: 'the rule applies in no case of the tests',
        help: 'add a case that it decides, and one that misses it narrowly',
      });
    }
  },
};

function unreached(policy: Policy, cases: readonly TestCase[]): ReadonlySet<string> {
  const left = new Set(policy.rules.map(({ id }) => id));
  const compiled = compilePolicy(policy);
  for (const one of cases) for (const id of decidingRules(runCase(one, compiled).decision)) left.delete(id);
  // Explaining is slow, and tells also of rules that apply without deciding.
  for (const { token, request } of cases) {
    if (left.size === 0) break;
    for (const { rule, applies } of explain(policy, token, request).rules) if (applies) left.delete(rule);
  }
  return left;
}

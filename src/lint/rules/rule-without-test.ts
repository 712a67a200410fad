import type { LintRule } from '../lint-rule.ts';

export const ruleWithoutTest: LintRule = {
  id: 'rule-without-test',
  summary: 'a rule that applies in no case of the tests, where there are tests',
  severity: 'warning',
  check({ untested = new Set(), report }) {
    for (const id of untested) {
      report({
        at: { rule: id },
        message: 'the rule applies in no case of the tests',
        help: 'add a case that it decides, and one that misses it narrowly',
      });
    }
  },
};

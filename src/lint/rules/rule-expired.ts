import type { LintRule } from '../lint-rule.ts';

export const ruleExpired: LintRule = {
  id: 'rule-expired',
  summary: 'a rule that is over and never in force again',
  severity: 'warning',
  check({ policy, now, report }) {
    for (const { id, valid } of policy.rules) {
      if (valid?.until === undefined || valid.until > now) continue;
      report({
        at: { rule: id, path: ['valid', 'until'] },
        message: 'the rule is not in force any more',
        help: 'remove the rule, or extend it',
      });
    }
  },
};

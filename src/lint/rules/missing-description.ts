import type { LintRule } from '../lint-rule.ts';

export const missingDescription: LintRule = {
  id: 'missing-description',
  summary: 'a rule that does not say what it is for',
  severity: 'warning',
  check({ policy, report }) {
    for (const { id, description = '' } of policy.rules) {
      if (description.trim() !== '') continue;
      report({
        at: { rule: id },
        message: 'the rule does not say what it is for',
        help: 'add a `description`: who gets what, and why',
      });
    }
  },
};

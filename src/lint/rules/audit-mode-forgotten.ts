import type { LintRule } from '../lint-rule.ts';

export const auditModeForgotten: LintRule = {
  id: 'audit-mode-forgotten',
  summary: 'a rule in audit mode that has no end, so that nothing reminds anybody to enforce it',
  severity: 'warning',
  check({ policy, report }) {
    for (const { id, mode, effect, valid } of policy.rules) {
      if (mode !== 'audit' || valid?.until !== undefined) continue;
      report({
        at: { rule: id, path: ['mode'] },
        message: `the rule ${effect === 'deny' ? 'denies' : 'allows'} nothing while it is in audit mode, which has no end`,
        help: 'enforce the rule, or say with `valid.until` when the audit is over',
      });
    }
  },
};

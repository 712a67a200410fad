import type { LintRule } from '../lint-rule.ts';

const SOON = 30 * 86_400;

export const ruleExpiresSoon: LintRule = {
  id: 'rule-expires-soon',
  summary: 'a rule that ends within 30 days, though it was meant to last longer than that',
  severity: 'warning',
  check({ policy, now, report }) {
    for (const { id, valid } of policy.rules) {
      const { from = -Infinity, until = Infinity } = valid ?? {};
      if (until <= now || until > now + SOON || until - from <= SOON) continue;
      report({
        at: { rule: id, path: ['valid', 'until'] },
        message: 'the rule ends within 30 days',
        help: 'extend the rule, or remove it once nobody relies on it',
      });
    }
  },
};

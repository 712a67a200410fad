import { shadowedRules } from '../../analysis/rule-relations.ts';
import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { relationFinding } from '../relation-finding.ts';

export const shadowedRule: LintRule = {
  id: 'shadowed-rule',
  summary: 'an allow to which another one always gives at least as much',
  severity: 'warning',
  check({ policy, report }) {
    for (const relation of shadowedRules(policy)) {
      const words = {
        message: `${quote(relation.other?.id)} gives at least as much to every token of this rule`,
        help: 'remove this rule, or narrow the other, whichever is too much',
        other: `what ${quote(relation.rule.id)} gives, this rule gives too`,
      };
      report(relationFinding(relation, policy, words));
    }
  },
};

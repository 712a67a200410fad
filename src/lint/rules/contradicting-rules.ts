import { contradictingRules as contradictionsOf } from '../../analysis/rule-relations.ts';
import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { relationFinding } from '../relation-finding.ts';

export const contradictingRules: LintRule = {
  id: 'contradicting-rules',
  summary: 'an allow and a deny for the very same tokens, of which the deny takes away all that the allow grants',
  severity: 'warning',
  check({ policy, report }) {
    for (const relation of contradictionsOf(policy)) {
      const rest = relation.leavesPlainAccess ? 'grants, though not plain access' : 'gives';
      const words = {
        message: `${quote(relation.other?.id)} is about the same tokens and takes away all that this rule ${rest}`,
        help: 'remove one of the two; a deny beats every allow',
        other: `this deny contradicts ${quote(relation.rule.id)}`,
      };
      report(relationFinding(relation, policy, words));
    }
  },
};

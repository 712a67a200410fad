import { deadRules, type RuleRelation } from '../../analysis/rule-relations.ts';
import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { relationFinding, type RelationWords } from '../relation-finding.ts';

export const deadRule: LintRule = {
  id: 'dead-rule',
  summary: 'a rule whose conditions cannot hold together, or an allow that a wider deny always overrides',
  severity: 'warning',
  check({ policy, report }) {
    for (const relation of deadRules(policy)) {
      if (relation.other !== undefined) report(relationFinding(relation, policy, overridden(relation)));
      else {
        report({
          at: { rule: relation.rule.id, path: ['when'], key: true },
          severity: 'error',
          message: 'no token can meet these conditions together',
          help: 'remove the condition that excludes the others, or the rule',
        });
      }
    }
  },
};

function overridden({ rule, other, leavesPlainAccess }: RuleRelation): RelationWords {
  const taken = leavesPlainAccess ? 'all that this rule grants, though not plain access' : 'all that this rule gives';
  return {
    message: `${quote(other?.id)} takes away ${taken}, from every token of it`,
    help: 'remove this rule, or narrow the deny; a deny beats every allow',
    other: `this deny overrides ${quote(rule.id)}`,
  };
}

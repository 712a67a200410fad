import { redundantDenies } from '../../analysis/rule-relations.ts';
import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { relationFinding } from '../relation-finding.ts';

export const redundantDeny: LintRule = {
  id: 'redundant-deny',
  summary: 'a deny that takes away what another deny takes away too, or names subjects to whom nothing is given',
  severity: 'warning',
  check({ policy, report }) {
    const allows = policy.rules.filter(({ effect }) => effect === 'allow');
    // Where there is no allow, or one is still on trial, it is not said yet what will be given.
    const isWhole = allows.length > 0 && allows.every(({ mode }) => mode === 'enforce');
    for (const relation of redundantDenies(policy)) {
      const { rule, other } = relation;
      // A deny for everybody is a bound for rules yet to come.
      if (other === undefined && (!isWhole || rule.when.subjects === undefined)) continue;
      const words = {
        message:
          other === undefined
            ? 'no allow gives what this rule takes away'
            : `${quote(other.id)} takes away all that this rule does, from every token of it`,
        help:
          other === undefined
            ? 'check the ids that the rule names, or remove it'
            : 'remove this rule, or the other if it takes away too much',
        other: `what ${quote(rule.id)} takes away, this rule takes away too`,
      };
      report(relationFinding(relation, policy, words));
    }
  },
};

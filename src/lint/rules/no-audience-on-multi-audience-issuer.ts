import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';

export const noAudienceOnMultiAudienceIssuer: LintRule = {
  id: 'no-audience-on-multi-audience-issuer',
  summary: 'an allow for every audience of an issuer that is accepted for several',
  severity: 'warning',
  securitySeverity: 5,
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      if (rule.effect !== 'allow' || rule.when.audiences !== undefined) continue;
      for (const [index, { name, audiences }] of issuersOf(rule).entries()) {
        const distinct = new Set(audiences);
        if (distinct.size < 2) continue;
        report({
          at: { rule: rule.id, path: ['when', 'issuer', index] },
          message: `the rule holds for each of the ${distinct.size} audiences of ${quote(name)}`,
          help: 'add `audience` with those that are meant',
        });
      }
    }
  },
};

import { quote } from '../../policy/quote.ts';
import { isGitpod, subjectRoute } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';
import { isAnyOrganization, namesTenant, tenantClaims } from '../shared-issuer.ts';

export const sharedIssuerWithoutTenant: LintRule = {
  id: 'shared-issuer-without-tenant',
  summary: 'an allow that does not say whose tokens it means, on an issuer that many tenants share',
  severity: 'warning',
  securitySeverity: 9,
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      if (rule.effect !== 'allow') continue;
      for (const [index, issuer] of issuersOf(rule).entries()) {
        const claims = tenantClaims(issuer);
        if (claims === undefined || namesTenant(rule, issuer)) continue;
        const { subjects = [] } = rule.when;
        const open = isGitpod(issuer) ? subjects.findIndex(isAnyOrganization) : -1;
        const pattern = subjects[open];
        report({
          at:
            pattern === undefined
              ? { rule: rule.id, path: ['when', 'issuer', index] }
              : subjectRoute(rule, pattern, open),
          message: `anyone can have a token of ${quote(issuer.url)}, and the rule does not say whose it means`,
          help: isGitpod(issuer)
            ? 'begin `subject` with the organisation: `org:<id>`'
            : `add \`subject\`, or a condition on a claim such as ${quote(claims[0])}`,
        });
      }
    }
  },
};

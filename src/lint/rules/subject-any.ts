import type { SubjectPattern } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { patternSegments } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';
import { isAnyOrganization, tenantClaims } from '../shared-issuer.ts';

export const subjectAny: LintRule = {
  id: 'subject-any',
  summary: 'an allow for everyone who has a token of the issuer',
  severity: 'warning',
  securitySeverity: 7.5,
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      const { subjects, kinds, claims } = rule.when;
      if (rule.effect !== 'allow' || kinds !== undefined || claims.length > 0) continue;
      if (subjects !== undefined && !subjects.some(isAnyone)) continue;
      const issuers = issuersOf(rule);
      // An issuer that many tenants share is for `shared-issuer-without-tenant`.
      const index = issuers.findIndex((issuer) => tenantClaims(issuer) === undefined);
      if (index === -1) continue;
      report({
        at: { rule: rule.id, path: ['when', 'issuer', index] },
        message: `the rule admits everyone who has a token of ${quote(issuers[index]?.name)}`,
        help: 'add `subject`, or a condition on a claim that tells who is meant',
      });
    }
  },
};

function isAnyone(pattern: SubjectPattern): boolean {
  const segments = patternSegments(pattern);
  return isAnyOrganization(pattern) && segments.length <= 2 && segments.at(-1)?.kind === '**';
}

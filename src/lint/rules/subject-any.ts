import type { SubjectPattern } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { patternSegments } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyOrganization, tenantClaims } from '../shared-issuer.ts';
import { allowsBySubjectAlone } from '../subject-alone.ts';

export const subjectAny: LintRule = {
  id: 'subject-any',
  summary: 'an allow for everyone who has a token of the issuer',
  severity: 'warning',
  securitySeverity: 7.5,
  check({ policy, report }) {
    for (const { rule, issuers } of allowsBySubjectAlone(policy)) {
      const { subjects } = rule.when;
      if (subjects !== undefined && !subjects.some(isAnyone)) continue;
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

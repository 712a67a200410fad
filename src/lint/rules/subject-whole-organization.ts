import type { SubjectPattern } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { isGitpod, patternSegments, subjectRoute, textOfPattern } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyOrganization } from '../shared-issuer.ts';
import { allowsBySubjectAlone } from '../subject-alone.ts';

export const subjectWholeOrganization: LintRule = {
  id: 'subject-whole-organization',
  summary: 'an allow for all of an organisation that does not say which kinds of principals it means',
  severity: 'warning',
  securitySeverity: 6.5,
  check({ policy, report }) {
    for (const { rule, issuers } of allowsBySubjectAlone(policy)) {
      if (!issuers.some(isGitpod)) continue;
      for (const [index, pattern] of (rule.when.subjects ?? []).entries()) {
        if (!isWholeOrganization(pattern)) continue;
        report({
          at: subjectRoute(rule, pattern, index),
          message: `${quote(textOfPattern(pattern))} admits everyone in the organisation: its users, runners, environments and service accounts`,
          help: 'add `kind: environment`, or a list of the kinds that are meant',
        });
      }
    }
  },
};

function isWholeOrganization(pattern: SubjectPattern): boolean {
  const [organization, rest, ...more] = patternSegments(pattern);
  if (organization?.kind !== 'org' || isAnyOrganization(pattern) || more.length > 0) return false;
  return 'prefix' in pattern ? rest === undefined : rest?.kind === '**';
}

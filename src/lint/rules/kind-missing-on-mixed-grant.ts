import type { SubjectPattern, TrustRule } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { admits, formsOf, patternSegments, subjectRoute, textOfPattern } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyOrganization } from '../shared-issuer.ts';
import { allowsBySubjectAlone } from '../subject-alone.ts';

export const kindMissingOnMixedGrant: LintRule = {
  id: 'kind-missing-on-mixed-grant',
  summary: 'an allow that lets several kinds of principals change things and names none of the kinds',
  severity: 'warning',
  securitySeverity: 6.5,
  check({ policy, report }) {
    for (const { rule, issuers } of allowsBySubjectAlone(policy)) {
      const action = changingAction(rule);
      if (action === undefined) continue;
      const forms = issuers.flatMap(formsOf);
      for (const [index, pattern] of (rule.when.subjects ?? []).entries()) {
        const admitted = new Set(forms.filter((form) => admits(pattern, form)).map(({ kind }) => kind));
        if (admitted.size < 2 || isWide(pattern)) continue;
        report({
          at: subjectRoute(rule, pattern, index),
          message: `${quote(textOfPattern(pattern))} lets ${admitted.size} kinds of principals ${quote(action)}: ${[...admitted].join(', ')}`,
          help: 'add `kind` with those that are meant',
        });
      }
    }
  },
};

/** A whole organisation, and more than one, are for other lint rules. */
function isWide(pattern: SubjectPattern): boolean {
  return 'prefix' in pattern || isAnyOrganization(pattern) || patternSegments(pattern).at(-1)?.kind === '**';
}

const CHANGES =
  /^(?:write|create|update|delete|remove|put|post|patch|admin|administer|manage|rotate|destroy|purge|revoke|deploy|publish|push|sudo|root|owner)$/;
const READS = /^(?:read|list|get|view|describe|search|watch)$/;

/** An action that changes something, as far as its name tells. */
function changingAction({ grants = [] }: TrustRule): string | undefined {
  return grants
    .flatMap(({ actions }) => actions)
    .find((action) => {
      const words = action.toLowerCase().split(/[^a-z*]+/);
      if (words.some((word) => CHANGES.test(word))) return true;
      return words.some((word) => /^\*+$/.test(word)) && !words.some((word) => READS.test(word));
    });
}

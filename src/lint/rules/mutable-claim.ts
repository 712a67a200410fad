import { quote } from '../../policy/quote.ts';
import { claimOf, claimRoute, wantsValues } from '../claim-conditions.ts';
import { isGitpod } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';

/** Names, and the ids that say the same and never pass to another; any of them makes the name harmless. */
const IDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['repository', ['repository_id', 'repository_owner_id']],
  ['repository_owner', ['repository_owner_id', 'repository_id']],
  ['project_path', ['project_id', 'namespace_id']],
  ['namespace_path', ['namespace_id', 'project_id']],
]);
/** Names of people, whose id is the subject. */
const PEOPLE: ReadonlySet<string> = new Set(['preferred_username', 'name', 'upn']);

export const mutableClaim: LintRule = {
  id: 'mutable-claim',
  summary: 'an allow that goes by a name, which can pass to another, where there is an id, which cannot',
  severity: 'warning',
  securitySeverity: 6,
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      const { id, effect, when } = rule;
      if (effect !== 'allow' || issuersOf(rule).every(isGitpod)) continue;
      const conditions = when.claims.filter(wantsValues);
      const wanted = new Set(conditions.map(claimOf));
      for (const condition of conditions) {
        const claim = claimOf(condition) ?? '';
        const isPerson = PEOPLE.has(claim) && when.subjects === undefined && !wanted.has('oid');
        const ids = isPerson ? [] : IDS.get(claim);
        if (ids === undefined || ids.some((one) => wanted.has(one))) continue;
        report({
          at: claimRoute(id, condition),
          message: `${quote(claim)} is a name, which can pass to another`,
          help: isPerson
            ? 'name the `subject`, which is never given to another'
            : `add a condition on ${quote(ids[0])}, which is never given to another`,
        });
      }
    }
  },
};

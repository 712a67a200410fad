import { quote } from '../../policy/quote.ts';
import { claimOf, claimRoute } from '../claim-conditions.ts';
import type { LintRule } from '../lint-rule.ts';

/** Claims that hold what the caller wrote, named or brought about, in a place of the caller's own. */
const CHOSEN: ReadonlySet<string | undefined> = new Set([
  ...['workflow', 'event_name', 'pipeline_source', 'runner_environment'],
  ...['ref', 'ref_type', 'ref_path', 'ref_protected', 'head_ref', 'base_ref', 'context'],
  ...['run_id', 'run_number', 'run_attempt', 'pipeline_id', 'job_id'],
  ...['actor', 'actor_id'],
]);

export const userControlledClaim: LintRule = {
  id: 'user-controlled-claim',
  summary: 'an allow whose only conditions are on claims that the caller chooses',
  severity: 'warning',
  securitySeverity: 8.5,
  check({ policy, report }) {
    for (const { id, effect, when } of policy.rules) {
      const [first] = when.claims;
      if (effect !== 'allow' || when.subjects !== undefined || first === undefined) continue;
      if (!when.claims.every((condition) => CHOSEN.has(claimOf(condition)))) continue;
      const names = [...new Set(when.claims.map((condition) => quote(claimOf(condition))))];
      report({
        at: claimRoute(id, first),
        message: `any caller of the issuer can bring about what the rule asks of ${names.join(', ')}`,
        help: 'add a `subject`, or a condition on an id that the issuer assigns, such as `repository_id` or `project_id`',
      });
    }
  },
};

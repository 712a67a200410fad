import type { ClaimCondition } from '../../policy/policy.ts';
import { claimOf, claimRoute, wantsValues } from '../claim-conditions.ts';
import { isGitpod } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';

/** Some issuers say it as a string. */
const VERIFIED: readonly unknown[] = [true, 'true'];

export const emailWithoutEmailVerified: LintRule = {
  id: 'email-without-email-verified',
  summary: 'an allow that goes by an email address which nobody may have verified',
  severity: 'warning',
  securitySeverity: 7.5,
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      const { id, effect, when } = rule;
      const email = when.claims.find((one) => claimOf(one) === 'email' && wantsValues(one));
      // A named subject is the one that is let in, whatever its address.
      if (effect !== 'allow' || email === undefined || when.subjects !== undefined) continue;
      if (when.claims.some(isVerified) || issuersOf(rule).every(isGitpod)) continue;
      report({
        at: claimRoute(id, email),
        message: 'an address in `email` may be one that its bearer does not own',
        help: 'add the condition `email_verified: true`',
      });
    }
  },
};

function isVerified(condition: ClaimCondition): boolean {
  const { matcher } = condition;
  return (
    claimOf(condition) === 'email_verified' &&
    'oneOf' in matcher &&
    matcher.oneOf.every((value) => VERIFIED.includes(value))
  );
}

import type { Issuer, Policy, TrustRule } from '../policy/policy.ts';
import { ruleIssuers } from './rule-issuers.ts';

/**
 * The allows that go by subject alone, with their issuers: whoever the subject covers gets in, of whatever kind and with
 * whatever claims.
 */
export function allowsBySubjectAlone(
  policy: Policy,
): readonly { readonly rule: TrustRule; readonly issuers: readonly Issuer[] }[] {
  const issuersOf = ruleIssuers(policy);
  return policy.rules
    .filter(({ effect, when }) => effect === 'allow' && when.kinds === undefined && when.claims.length === 0)
    .map((rule) => ({ rule, issuers: issuersOf(rule) }));
}

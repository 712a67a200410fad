import type { Issuer, Policy, TrustRule } from '../policy/policy.ts';

/** Looks up the issuers that a rule names, in its order. */
export function ruleIssuers(policy: Policy): (rule: TrustRule) => readonly Issuer[] {
  const byName = new Map(policy.issuers.map((issuer) => [issuer.name, issuer]));
  return (rule) => rule.when.issuers.map((name) => byName.get(name)).filter((issuer) => issuer !== undefined);
}

import type { Policy } from '../../../policy/policy.ts';
import { gitpod } from '../../../policy/subject/gitpod.ts';
import { gitpodV3 } from '../../../policy/subject/gitpod-v3.ts';
import type { Reason } from '../../reason.ts';
import type { Facts } from '../rule-conditions.ts';
import { audienceHints } from './audience.ts';
import { type Hint, hint } from './hint.ts';
import { textHints } from './text.ts';
import { timeHints } from './time.ts';

/** Why a step of the journey failed. */
export function stepHints(policy: Policy, facts: Facts, fault: Reason): readonly Hint[] {
  const issuer = policy.issuers.find(({ url }) => url === facts.url);
  switch (fault.code) {
    case 'issuer_unknown':
      return textHints(facts.url, policy.issuers.map(({ url }) => url)); // prettier-ignore
    case 'audience_mismatch':
      return audienceHints(policy, facts, namesIn(fault.expected));
    case 'subject_malformed':
      return issuer === undefined ? [] : versionHints(issuer.subject, facts);
    case 'key_unknown':
      return Array.isArray(fault.expected) && fault.expected.length > 0
        ? [hint('key-rotated', { expected: fault.expected })]
        : [];
    default:
      return timeHints(fault, issuer?.clockSkew ?? 0);
  }
}

/** The newer tokens hold under another scheme what the older say in `sub`. */
function versionHints(schemes: readonly string[], { claims }: Facts): readonly Hint[] {
  const others = [gitpod, gitpodV3].filter(({ name }) => !schemes.includes(name));
  return others.flatMap((scheme) => {
    const principal = scheme.principalOf(claims);
    return typeof principal === 'string'
      ? []
      : [hint('other-token-version', { expected: scheme.name, actual: principal.path })];
  });
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

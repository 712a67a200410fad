import type { Policy } from '../../../policy/policy.ts';
import type { Facts } from '../rule-conditions.ts';
import { type Hint, hint } from './hint.ts';
import { textHints } from './text.ts';

/** Why the audiences of a token are not those wanted, by a rule (`own` is its id) or by the issuer. */
export function audienceHints(policy: Policy, facts: Facts, wanted: readonly string[], own?: string): readonly Hint[] {
  const aud = Object.hasOwn(facts.claims, 'aud') ? facts.claims['aud'] : undefined;
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const slips = named.flatMap((name) => textHints(name, wanted)).slice(0, 1);
  const joined = typeof aud === 'string' ? joinedHint(aud, wanted) : undefined;
  if (joined !== undefined) return [joined];
  return [
    ...slips,
    ...named.flatMap((name) => elsewhere(policy, facts, name, own)).slice(0, 1),
    ...(Array.isArray(aud) && slips.length === 0 && wanted.length > 0
      ? [hint('audience-array', { expected: wanted.length === 1 ? wanted[0] : wanted, actual: aud })]
      : []),
  ];
}

/** `a b`, `a,b` and `["a","b"]` are one name each (RFC 7519, section 4.1.3). */
function joinedHint(aud: string, wanted: readonly string[]): Hint | undefined {
  const names = aud.split(/[\s,;"'[\]]/);
  const found = names.length > 1 ? wanted.find((name) => names.includes(name)) : undefined;
  return found === undefined ? undefined : hint('audience-joined', { expected: found, actual: aud });
}

function elsewhere(policy: Policy, { issuer }: Facts, name: unknown, own: string | undefined): readonly Hint[] {
  const isNamed = (audience: string): boolean => audience === name;
  const isMine = ({ name: called }: { readonly name: string }): boolean => called === issuer;
  const rule = policy.rules.find(
    ({ id, when }) => id !== own && when.issuers.some((one) => one === issuer) && when.audiences?.some(isNamed),
  );
  if (rule !== undefined) return [hint('audience-of-another-rule', { actual: name, rule: rule.id })];
  const accepts = policy.issuers.filter(({ audiences }) => audiences.some(isNamed));
  const [other] = accepts.some(isMine) ? [] : accepts;
  return other === undefined ? [] : [hint('audience-of-another-issuer', { actual: name, expected: other.name })];
}

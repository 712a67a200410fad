import type { Facts } from '../../decision/explain/rule-conditions.ts';
import { factsOf } from '../../decision/explain/facts.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TestCase } from '../suite.ts';

/** A case as rules see it, from its own issuer and from others. */
export interface CaseFacts {
  /** The local name of the token's issuer, where the policy trusts it. */
  readonly issuer: string | undefined;
  /** Whether the token is refused for its issuer alone, before any rule is asked. */
  readonly isStranger: boolean;
  /** The facts, had this issuer issued the token; `undefined` where it would not get as far as the rules. */
  readonly as: (issuer: string) => Facts | undefined;
}

export function caseFacts({ token, request }: TestCase, policy: Policy): CaseFacts {
  const own = factsOf(policy, token, request);
  const known = new Map<string, Facts | undefined>();
  return {
    issuer: policy.issuers.find(({ url }) => url === token.issuer)?.name,
    isStranger: 'code' in own && own.code === 'issuer_unknown',
    as(name) {
      if (!known.has(name)) {
        const issuer = policy.issuers.find((one) => one.name === name)?.url ?? '';
        const facts = factsOf(policy, { ...token, issuer }, request);
        known.set(name, 'code' in facts ? undefined : facts);
      }
      return known.get(name);
    },
  };
}

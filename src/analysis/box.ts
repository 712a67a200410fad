import type { Issuer, Policy, TrustRule } from '../policy/policy.ts';
import { claimTest, type ClaimTest } from './claim-set.ts';
import { type PrincipalSet, principalSet } from './principal-set.ts';
import { type RequestSet, requestSet } from './request-set.ts';

/**
 * A trust rule as a set: for each of its issuers a product of audiences, principals, claims, times and requests.
 * The product is never too small: where claims depend on each other or on the path, it may hold tokens that cannot be.
 */
export interface Box {
  readonly rule: TrustRule;
  readonly parts: ReadonlyMap<string, IssuerPart>;
  /** By the steps to the claim. */
  readonly claims: ReadonlyMap<string, readonly ClaimTest[]>;
  /** Seconds since the epoch; `from` inclusive, `until` exclusive. */
  readonly from: number;
  readonly until: number;
  readonly requests: RequestSet;
}

/** What a rule asks of the tokens of one issuer. */
export interface IssuerPart {
  readonly issuer: Issuer;
  /** A token for at least one of these. */
  readonly audiences: ReadonlySet<string>;
  /** `undefined` where the issuer's schemes are not modelled. */
  readonly principals: PrincipalSet | undefined;
}

export function boxOf(rule: TrustRule, { issuers }: Policy): Box {
  const { when, valid } = rule;
  const claims = new Map<string, ClaimTest[]>();
  for (const condition of when.claims) {
    const key = JSON.stringify(condition.steps);
    claims.set(key, [...(claims.get(key) ?? []), claimTest(condition, rule.effect)]);
  }
  const named = issuers.filter(({ name }) => when.issuers.includes(name));
  return {
    rule,
    parts: new Map(named.map((issuer) => [issuer.name, partOf(rule, issuer)])),
    claims,
    from: valid?.from ?? -Infinity,
    until: valid?.until ?? Infinity,
    requests: requestSet(rule),
  };
}

function partOf({ when }: TrustRule, issuer: Issuer): IssuerPart {
  const accepted = new Set(issuer.audiences);
  return {
    issuer,
    audiences: new Set(when.audiences?.filter((name) => accepted.has(name)) ?? accepted),
    principals: principalSet(when, issuer),
  };
}

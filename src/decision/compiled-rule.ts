import { compileGlob } from '../policy/glob/glob.ts';
import type { Effect, Place, SubjectPattern, TrustRule } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import type { Claims } from '../policy/subject/scheme.ts';
import { claimAt, type CompiledClaim, compileClaim } from './claim-condition.ts';
import { type CompiledGrant, compileGrant } from './grant.ts';
import type { ReasonData } from './reason.ts';

/** A trust rule whose conditions are ready to be asked. Issuer, audience and prefixes are settled by the index. */
export interface CompiledRule {
  readonly id: string;
  readonly effect: Effect;
  readonly audit: boolean;
  readonly at: Place;
  readonly kinds: ReadonlySet<string> | undefined;
  readonly claims: readonly CompiledClaim[];
  readonly from: number;
  readonly until: number;
  readonly ttl: number;
  readonly grants: readonly CompiledGrant[] | undefined;
}

export function compileRule({ id, effect, mode, when, grants, ttl, valid, at }: TrustRule): CompiledRule {
  return {
    id,
    effect,
    audit: mode === 'audit',
    at,
    kinds: when.kinds && new Set(when.kinds),
    claims: when.claims.map((condition) => compileClaim(condition, effect)),
    from: valid?.from ?? -Infinity,
    until: valid?.until ?? Infinity,
    ttl: ttl ?? Infinity,
    grants: grants?.map((grant) => compileGrant(grant, effect, id)),
  };
}

/** The first condition on kind or claims that does not hold. */
export function unmetCondition(rule: CompiledRule, principal: Principal, claims: Claims): ReasonData | undefined {
  if (rule.kinds !== undefined && !rule.kinds.has(principal.kind)) {
    return { path: 'kind', expected: [...rule.kinds], actual: principal.kind };
  }
  for (const condition of rule.claims) {
    const actual = claimAt(claims, condition.steps);
    if (!condition.holds(actual))
      return { path: condition.path, expected: condition.expected, ...(actual === undefined ? {} : { actual }) };
  }
  return undefined;
}

/** Whether the rule is in force at a time: from `from` on, until just before `until`. */
export function isInForce(rule: CompiledRule, now: number): boolean {
  return rule.from <= now && now < rule.until;
}

/** The next time after `now` at which the rule comes into force or goes out of it. */
export function nextBoundary(rule: CompiledRule, now: number): number {
  return rule.from > now ? rule.from : rule.until > now ? rule.until : Infinity;
}

/** What a subject pattern still asks of a path that has its leading literal segments. */
export type SubjectTest = (path: string) => boolean;

export function compileSubjectGlob(pattern: Extract<SubjectPattern, { glob: string }>): SubjectTest {
  const glob = compileGlob(pattern.glob);
  return (path) => glob.matches(path);
}

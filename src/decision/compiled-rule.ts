import { compileGlob } from '../policy/glob/glob.ts';
import type { Effect, Place, SubjectPattern, TrustRule } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import type { Claims } from '../policy/subject/scheme.ts';
import { claimAt, type CompiledClaim, compileClaim } from './claim-condition.ts';
import { type CompiledGrant, compileGrant } from './grant.ts';
import type { Reason, ReasonCode, ReasonData } from './reason.ts';

/** A trust rule whose conditions are ready to be asked; its issuer is settled by the index. */
export interface CompiledRule {
  /** Its rank among all rules, by id. */
  readonly number: number;
  readonly id: string;
  readonly effect: Effect;
  readonly audit: boolean;
  readonly at: Place;
  readonly audiences: readonly string[] | undefined;
  readonly subjects: readonly SubjectTest[] | undefined;
  readonly kinds: ReadonlySet<string> | undefined;
  readonly claims: readonly CompiledClaim[];
  readonly from: number;
  readonly until: number;
  readonly ttl: number;
  readonly grants: readonly CompiledGrant[] | undefined;
  /** Reasons that name this rule and nothing else, once they were given. */
  readonly reasons: Map<ReasonCode, Reason>;
}

export function compileRule(
  { id, effect, mode, when, grants, ttl, valid, at }: TrustRule,
  number: number,
): CompiledRule {
  return {
    number,
    id,
    effect,
    audit: mode === 'audit',
    at,
    audiences: when.audiences,
    subjects: when.subjects?.map(compileSubject),
    kinds: when.kinds && new Set(when.kinds),
    claims: when.claims.map((condition) => compileClaim(condition, effect)),
    from: valid?.from ?? -Infinity,
    until: valid?.until ?? Infinity,
    ttl: ttl ?? Infinity,
    grants: grants?.map((grant) => compileGrant(grant, effect, id)),
    reasons: new Map(),
  };
}

/** Whether audience and subject of a rule hold. */
export function covers({ audiences, subjects }: CompiledRule, named: readonly string[], principal: Principal): boolean {
  return (
    (audiences === undefined || audiences.some((audience) => named.includes(audience))) &&
    (subjects === undefined || subjects.some((test) => test(principal)))
  );
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

/** Whether a principal's subject is one that a pattern speaks of. */
export type SubjectTest = (principal: Principal) => boolean;

export function compileSubject(pattern: SubjectPattern): SubjectTest {
  if ('glob' in pattern) {
    const glob = compileGlob(pattern.glob);
    return ({ path }) => glob.matches(path);
  }
  if ('equals' in pattern) return ({ path }) => path === pattern.equals;
  const { prefix } = pattern;
  const below = `${prefix}/`;
  // A subject of one segment has nothing below it, whatever characters it is made of.
  return ({ path, segments }) => path === prefix || (segments.length > 1 && path.startsWith(below));
}

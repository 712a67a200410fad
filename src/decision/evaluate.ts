import type { Principal } from '../policy/subject/principal.ts';
import type { Claims } from '../policy/subject/scheme.ts';
import type { CompiledIssuer } from './compile.ts';
import { type CompiledRule, isInForce, nextBoundary, unmetCondition } from './compiled-rule.ts';
import { byCodeUnits } from './order.ts';
import { MOST_NAMED } from './rule-index.ts';

/** A token whose issuer, audience and principal are known. */
export interface AdmittedToken {
  readonly url: string;
  readonly issuer: CompiledIssuer;
  /** Those of its audiences that count here. */
  readonly audiences: readonly string[];
  readonly principal: Principal;
  readonly claims: Claims;
}

/** Which rules a token matches, whatever is asked. */
export interface Evaluation {
  /** Rules all of whose conditions hold, by id; those in audit mode too. */
  readonly matched: readonly CompiledRule[];
  /** The next time, in seconds since the epoch, at which an enforced rule whose other conditions hold comes or goes. */
  readonly boundary: number;
  /** How far enforced allows got before their kind and claims were asked. */
  readonly reached: 'nothing' | 'issuer' | 'audience' | 'subject';
  /** The first enforced allows, by id, whose subject covers the principal but which did not match. */
  readonly missed: () => readonly CompiledRule[];
}

export function evaluateRules({ issuer, audiences, principal, claims }: AdmittedToken, now: number): Evaluation {
  const matched: CompiledRule[] = [];
  const seen = new Set<CompiledRule>();
  const covering = new Set<CompiledRule>();
  let boundary = Infinity;
  const visitor = {
    rule: (rule: CompiledRule): void => {
      if (seen.has(rule)) return;
      seen.add(rule);
      if (rule.effect === 'allow' && !rule.audit) covering.add(rule);
      if (unmetCondition(rule, principal, claims) !== undefined) return;
      if (isInForce(rule, now)) matched.push(rule);
      if (!rule.audit) boundary = Math.min(boundary, nextBoundary(rule, now));
    },
    allows: (rules: readonly CompiledRule[]): void => {
      for (const rule of rules) covering.add(rule);
    },
  };
  const scheme = issuer.schemes[0];
  const path = scheme?.split(principal.path) ?? [];
  const places = [issuer.anyAudience, ...audiences.map((name) => issuer.byAudience.get(name))].filter(
    (place) => place !== undefined,
  );
  for (const { index } of places) index.visit(principal, path, claims, visitor);
  matched.sort((a, b) => byCodeUnits(a.id, b.id));
  const audienceReached = places.some(({ allows }) => allows);
  return {
    matched,
    boundary,
    reached: covering.size > 0 ? 'subject' : audienceReached ? 'audience' : issuer.allows ? 'issuer' : 'nothing',
    missed: () => [...covering].sort((a, b) => byCodeUnits(a.id, b.id)).slice(0, MOST_NAMED),
  };
}

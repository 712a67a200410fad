import type { Principal } from '../policy/subject/principal.ts';
import type { Claims } from '../policy/subject/scheme.ts';
import type { CompiledIssuer, CompiledPolicy } from './compile.ts';
import { type CompiledRule, covers, isInForce, nextBoundary, unmetCondition } from './compiled-rule.ts';
import { MOST_NAMED } from './index-rules.ts';
import { isNonEmpty, type NonEmpty } from './non-empty.ts';
import type { Whereabouts } from './rule-index.ts';

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
  /** Whether no rule whose other conditions hold, one in audit mode included, ever comes or goes. */
  readonly isTimeless: boolean;
  /** How far enforced allows got, where none matched. */
  readonly miss: () => Miss;
}

/** How far enforced allows got before their kind and claims were asked. */
export type Miss =
  | { readonly reached: 'nothing' | 'issuer' | 'audience' }
  /** The first of them by id whose subject covers the principal. */
  | { readonly reached: 'subject'; readonly missed: NonEmpty<CompiledRule> };

export function evaluateRules({ rules }: CompiledPolicy, token: AdmittedToken, now: number): Evaluation {
  const { issuer, audiences, principal, claims } = token;
  const whereabouts: Whereabouts = { audiences, path: issuer.split(principal.path), claims };
  const concerned = issuer.index
    .find(whereabouts)
    .map((number) => rules.rule(number))
    .filter((rule) => covers(rule, audiences, principal));
  const matched: CompiledRule[] = [];
  let boundary = Infinity;
  let isTimeless = true;
  for (const rule of concerned) {
    if (unmetCondition(rule, principal, claims) !== undefined) continue;
    if (isInForce(rule, now)) matched.push(rule);
    isTimeless &&= rule.from === -Infinity && rule.until === Infinity;
    if (!rule.audit) boundary = Math.min(boundary, nextBoundary(rule, now));
  }
  const miss = (): Miss => {
    const met = new Set(concerned.map(({ number }) => number));
    const others = issuer.index.firstAllows(whereabouts).filter((number) => !met.has(number));
    const covering = others.map((number) => rules.rule(number)).filter((rule) => covers(rule, audiences, principal));
    const allows = [...concerned, ...covering].filter(isEnforcedAllow).sort((a, b) => a.number - b.number);
    const missed = allows.slice(0, MOST_NAMED);
    if (isNonEmpty(missed)) return { reached: 'subject', missed };
    if ([undefined, ...audiences].some((name) => issuer.allows.has(name))) return { reached: 'audience' };
    return { reached: issuer.allows.size > 0 ? 'issuer' : 'nothing' };
  };
  return { matched, boundary, isTimeless, miss };
}

function isEnforcedAllow({ effect, audit }: CompiledRule): boolean {
  return effect === 'allow' && !audit;
}

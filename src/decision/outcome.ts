import type { Outcome } from './decision.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { unmetCondition } from './compiled-rule.ts';
import type { AdmittedToken, Evaluation } from './evaluate.ts';
import type { FilledGrant } from './grant.ts';
import { type Reason, type ReasonCode, type ReasonData, reason } from './reason.ts';
import type { Request } from './request.ts';

/** What the matched rules come to for one request. */
export interface ReasonedOutcome extends Outcome {
  readonly reasons: readonly [Reason, ...Reason[]];
  /** Seconds; the least of the allows that decided. */
  readonly shortestTtl: number;
}

/** What one matched rule says of the request. */
interface Voice {
  readonly rule: CompiledRule;
  readonly filled: readonly FilledGrant[];
  /** An allow: it satisfies the request. A deny: it takes away what is asked. */
  readonly decides: boolean;
}

/**
 * Deny overrides: a deny that takes the request away beats every allow, and nothing is allowed that no allow
 * satisfies. `withAudit` enforces rules in audit mode like any other; else they are only noted.
 */
export function outcomeOf(
  evaluation: Evaluation,
  token: AdmittedToken,
  request: Request,
  withAudit: boolean,
): ReasonedOutcome {
  const voices = evaluation.matched.map((rule) => listen(rule, token, request));
  const enforced = withAudit ? voices : voices.filter(({ rule }) => !rule.audit);
  const denies = enforced.filter(({ rule }) => rule.effect === 'deny');
  const takers = denies.filter(({ decides }) => decides);
  const allows = enforced.filter(({ rule, decides }) => rule.effect === 'allow' && decides);
  const effect = takers.length === 0 && allows.length > 0 ? 'allow' : 'deny';
  const notes = voices.filter(({ rule, decides }) => rule.audit && (decides || request.action === undefined));
  return {
    effect,
    grants: effect === 'allow' ? allows.flatMap(({ filled }) => grantsFor(filled, request)) : [],
    denied: denies.flatMap(({ filled }) => filled.map(({ grant }) => grant)),
    shortestTtl: allows.reduce((least, { rule }) => Math.min(least, rule.ttl), Infinity),
    reasons: [
      ...(takers.length > 0
        ? nonEmpty(takers.map((voice) => ofRule('denied_by_rule', voice.rule)))
        : decidingReasons(allows, enforced, evaluation, token, request)),
      ...(takers.length > 0 ? allows.map((voice) => ofRule('rule_matched', voice.rule)) : []),
      ...notes.map((voice) => ofRule('audit_rule_matched', voice.rule)),
    ],
  };
}

function listen(rule: CompiledRule, { principal, claims }: AdmittedToken, { action, resource }: Request): Voice {
  const filled = (rule.grants ?? []).map((fill) => fill(principal, claims)).filter((grant) => grant !== undefined);
  const covered = action !== undefined && filled.some((grant) => grant.covers(action, resource));
  const decides = rule.effect === 'allow' ? action === undefined || covered : rule.grants === undefined || covered;
  return { rule, filled, decides };
}

function grantsFor(filled: readonly FilledGrant[], { action, resource }: Request): Outcome['grants'] {
  const asked = action === undefined ? filled : filled.filter((grant) => grant.covers(action, resource));
  return asked.map(({ grant }) => grant);
}

function decidingReasons(
  allows: readonly Voice[],
  enforced: readonly Voice[],
  evaluation: Evaluation,
  token: AdmittedToken,
  request: Request,
): readonly [Reason, ...Reason[]] {
  if (allows.length > 0) return nonEmpty(allows.map(({ rule }) => ofRule('rule_matched', rule)));
  const matching = enforced.filter(({ rule }) => rule.effect === 'allow');
  if (matching.length > 0) {
    const { action, resource } = request;
    const actual = { action, ...(resource === undefined ? {} : { resource }) };
    return nonEmpty(
      matching.map(({ rule, filled }) =>
        ofRule('no_grant_for_request', rule, { actual, expected: filled.map(({ grant }) => grant) }),
      ),
    );
  }
  const miss = evaluation.miss();
  switch (miss.reached) {
    case 'subject':
      return nonEmpty(miss.missed.map((rule) => ofRule('condition_not_met', rule, unmet(rule, token, request.now))));
    case 'audience':
      return [reason('no_rule_for_subject', { actual: token.principal.path })];
    case 'issuer':
      return [reason('no_rule_for_audience', { actual: token.audiences })];
    case 'nothing':
      return [reason('no_rule_for_issuer', { actual: token.url })];
  }
}

function unmet(rule: CompiledRule, { principal, claims }: AdmittedToken, now: number): ReasonData {
  const validity = {
    ...(rule.from === -Infinity ? {} : { from: rule.from }),
    ...(rule.until === Infinity ? {} : { until: rule.until }),
  };
  return unmetCondition(rule, principal, claims) ?? { path: 'valid', expected: validity, actual: now };
}

function ofRule(code: ReasonCode, { id, at }: CompiledRule, data: ReasonData = {}): Reason {
  return reason(code, { rule: id, at, ...data });
}

function nonEmpty(reasons: readonly Reason[]): readonly [Reason, ...Reason[]] {
  const [first, ...rest] = reasons;
  if (first === undefined) throw new RangeError('a decision without a reason');
  return [first, ...rest];
}

import type { Grant, Outcome } from './decision.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { unmetCondition } from './compiled-rule.ts';
import type { AdmittedToken, Evaluation } from './evaluate.ts';
import type { FilledGrant } from './grant.ts';
import { isNonEmpty, mapNonEmpty, type NonEmpty } from './non-empty.ts';
import { type Reason, type ReasonData, reason } from './reason.ts';
import type { Request } from './request.ts';

/** What the matched rules come to for one request. */
export interface ReasonedOutcome extends Outcome {
  readonly reasons: NonEmpty<Reason>;
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
  const matching: Voice[] = [];
  const grants: Grant[] = [];
  const denied: Grant[] = [];
  const taken: Reason[] = [];
  const given: Reason[] = [];
  const notes: Reason[] = [];
  let shortestTtl = Infinity;
  for (const rule of evaluation.matched) {
    const voice = listen(rule, token, request);
    if (rule.audit && (voice.decides || request.action === undefined)) notes.push(ofRule('audit_rule_matched', rule));
    if (rule.audit && !withAudit) continue;
    if (rule.effect === 'deny') {
      for (const { grant } of voice.filled) denied.push(grant);
      if (voice.decides) taken.push(ofRule('denied_by_rule', rule));
      continue;
    }
    matching.push(voice);
    if (!voice.decides) continue;
    given.push(ofRule('rule_matched', rule));
    shortestTtl = Math.min(shortestTtl, rule.ttl);
    for (const filled of voice.filled) if (isAsked(filled, request)) grants.push(filled.grant);
  }
  const isAllowed = taken.length === 0 && given.length > 0;
  const decided: readonly Reason[] = [...taken, ...given];
  const deciding = isNonEmpty(decided) ? decided : missReasons(matching, evaluation, token, request);
  return {
    effect: isAllowed ? 'allow' : 'deny',
    grants: isAllowed ? grants : [],
    denied,
    shortestTtl,
    reasons: [...deciding, ...notes],
  };
}

function listen(rule: CompiledRule, { principal, claims }: AdmittedToken, { action, resource }: Request): Voice {
  const filled = (rule.grants ?? []).map((fill) => fill(principal, claims)).filter((grant) => grant !== undefined);
  const covered = action !== undefined && filled.some((grant) => grant.covers(action, resource));
  const decides = rule.effect === 'allow' ? action === undefined || covered : rule.grants === undefined || covered;
  return { rule, filled, decides };
}

/** Whether a grant is reported: for plain access each, for a request that names an action those that cover it. */
function isAsked({ covers }: FilledGrant, { action, resource }: Request): boolean {
  return action === undefined || covers(action, resource);
}

/** Why nothing was allowed, where nothing was denied either. */
function missReasons(
  matching: readonly Voice[],
  evaluation: Evaluation,
  token: AdmittedToken,
  request: Request,
): NonEmpty<Reason> {
  if (isNonEmpty(matching)) {
    const { action, resource } = request;
    const actual = { action, ...(resource === undefined ? {} : { resource }) };
    return mapNonEmpty(matching, ({ rule, filled }) =>
      reason('no_grant_for_request', {
        ...namesOf(rule),
        actual,
        expected: filled.map(({ grant }) => grant),
      }),
    );
  }
  const miss = evaluation.miss();
  switch (miss.reached) {
    case 'subject':
      return mapNonEmpty(miss.missed, (rule) =>
        reason('condition_not_met', { ...namesOf(rule), ...unmet(rule, token, request.now) }),
      );
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

function namesOf({ id, at }: CompiledRule): Pick<ReasonData, 'rule' | 'at'> {
  return { rule: id, at };
}

/** A reason that says nothing but which rule it was; made once for each rule. */
function ofRule(code: 'rule_matched' | 'denied_by_rule' | 'audit_rule_matched', rule: CompiledRule): Reason {
  const made = rule.reasons.get(code) ?? Object.freeze(reason(code, namesOf(rule)));
  rule.reasons.set(code, made);
  return made;
}

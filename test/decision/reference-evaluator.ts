/**
 * What a policy means, as a plain loop over its rules: the oracle the engine is tested against. It reads the document
 * as `YAML.parse` would give it, trusts it to be loadable, and shares neither types nor code with `src/`.
 */
import { isDeepStrictEqual } from 'node:util';
import { find, holds } from '../policy/claims-oracle.ts';
import { globMatches, segmentsMatch, type PatternSegment } from '../policy/glob-oracle.ts';
import { readPrincipal, type Principal } from '../policy/subject-oracle.ts';
import type { Claims, Grant, PolicyDoc, Request, RuleDoc, SubjectDoc, Token } from './arbitraries.ts';

type Outcome = { effect: 'allow' | 'deny'; grants: Grant[]; denied: Grant[] };
type Judged = Outcome & { code: string; rules: string[] };
export type ReferenceDecision = Judged & { enforced?: Outcome; expiresAt: number; principalPath?: string };
type Facts = Request & { issuer: string; audiences: string[]; principal: Principal; claims: Claims };
type Filled = { actions: string[]; resources?: PatternSegment[][] };

export function referenceDecide(policy: PolicyDoc, token: Token, request: Request): ReferenceDecision {
  const { claims } = token;
  const { audience, resource, now } = request;
  const deny = (code: string) => ({ ...refused([]), code, rules: [], expiresAt: now });
  if (isMalformed(request)) return deny('request_malformed');
  if (resource !== undefined && !isCanonical(resource)) return deny('resource_not_canonical');
  const [issuer, trusted] = Object.entries(policy.issuers ?? {}).find(([, { url }]) => url === token.issuer) ?? [];
  if (issuer === undefined || trusted === undefined) return deny('issuer_unknown');
  const [exp, aud] = [own(claims, 'exp'), list(own(claims, 'aud'))];
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return deny('token_expired');
  if (now >= exp + seconds(trusted.clockSkew ?? '30s')) return deny('token_expired');
  if (aud.some((name) => typeof name !== 'string') || aud.length > 64) return deny('claim_malformed');
  if (new Set(aud).size < aud.length) return deny('claim_malformed');
  const audiences = trusted.audiences.filter((name) => aud.includes(name) && (audience ?? name) === name);
  if (audiences.length === 0) return deny('audience_mismatch');
  const principal = readPrincipal(list(trusted.subject ?? 'opaque'), claims);
  if (typeof principal === 'string') return deny(principal);
  const facts = { ...request, issuer, audiences, principal, claims };
  const rules = (policy.rules ?? []).filter(({ mode }) => mode !== 'audit');
  const { outcome, code, deciders } = judge(rules, facts);
  const { outcome: enforced } = judge(policy.rules ?? [], facts);
  const timed = rules.filter(({ valid, ...timeless }) => valid && firstMiss(timeless, facts) === undefined);
  const boundaries = timed.flatMap(({ valid = {} }) => Object.values(valid).map(instant)).filter((time) => time > now);
  const ttls = deciders.flatMap(({ ttl }) => (ttl === undefined ? [] : [now + seconds(ttl)]));
  const expiresAt = outcome.effect === 'deny' ? now : Math.max(now, Math.min(exp, ...ttls, ...boundaries));
  const decision = { ...outcome, code, rules: deciders.map(({ id }) => id), expiresAt, principalPath: principal.path };
  return isDeepStrictEqual(enforced, outcome) ? decision : { ...decision, enforced };
}

const refused = (denied: Grant[]): Outcome => ({ effect: 'deny', grants: [], denied });
const COVERAGE = 'no_grant_for_request';
const STAGES = ['no_rule_for_issuer', 'no_rule_for_audience', 'no_rule_for_subject', 'condition_not_met', COVERAGE];

function judge(rules: RuleDoc[], facts: Facts): { outcome: Outcome; code: string; deciders: RuleDoc[] } {
  const applying = rules.filter((rule) => firstMiss(rule, facts) === undefined);
  const denies = applying.filter(({ effect }) => effect === 'deny');
  const denied = denies.flatMap((rule) => fill(rule, facts).map((grant) => show(rule, grant)));
  const takers = denies.filter((rule) => rule.grants === undefined || fill(rule, facts).some(covers(rule, facts)));
  if (takers.length > 0) return { outcome: refused(denied), code: 'denied_by_rule', deciders: takers };
  const inForce = (rule: RuleDoc) => fill(rule, facts).filter((it) => !facts.action || covers(rule, facts)(it));
  const allows = applying.filter(({ effect }) => effect === 'allow');
  const givers = allows.filter((rule) => facts.action === undefined || inForce(rule).length > 0);
  const grants = givers.flatMap((rule) => inForce(rule).map((grant) => show(rule, grant)));
  const outcome: Outcome = { effect: 'allow', grants, denied };
  if (givers.length > 0) return { outcome, code: 'rule_matched', deciders: givers };
  const reached = rules
    .filter(({ effect }) => effect === 'allow')
    .map((rule) => STAGES.indexOf(firstMiss(rule, facts) ?? COVERAGE));
  return { outcome: refused(denied), code: STAGES[Math.max(0, ...reached)]!, deciders: [] };
}

/** The stage at which a rule stops to apply: the code of its first condition that does not hold. */
function firstMiss({ effect, when, valid }: Omit<RuleDoc, 'id'>, facts: Facts): string | undefined {
  const { issuer, audiences, principal, claims, now } = facts;
  const isOneOf = (known: string[]) => (name: string) => known.includes(name);
  if (!list(when.issuer).includes(issuer)) return 'no_rule_for_issuer';
  if (!list(when.audience ?? audiences).some(isOneOf(audiences))) return 'no_rule_for_audience';
  if (when.subject && !list(when.subject).some((one) => coversSubject(one, principal))) return 'no_rule_for_subject';
  if (!list(when.kind ?? principal.kind).includes(principal.kind)) return 'condition_not_met';
  const unmet = Object.entries(when.claims ?? {}).some(([key, matcher]) => !holds(matcher, find(claims, key), effect));
  if (unmet || (valid?.from && now < instant(valid.from))) return 'condition_not_met';
  return valid?.until && now >= instant(valid.until) ? 'condition_not_met' : undefined;
}

function coversSubject(subject: SubjectDoc, { kind, path }: Principal): boolean {
  if (typeof subject === 'string') return path === subject || (kind !== 'subject' && path.startsWith(`${subject}/`));
  return 'equals' in subject ? path === subject.equals : globMatches(subject.glob, path);
}

/** The grants of a rule, filled in: an allow loses what cannot be filled, a deny then takes every resource. */
function fill({ effect, grants = [] }: RuleDoc, facts: Facts): Filled[] {
  return grants.flatMap(({ actions, resources }): Filled[] => {
    if (resources === undefined) return [{ actions }];
    const all = resources.map((pattern) => pattern.split('/').map((segment) => fillSegment(segment, facts)));
    const known = all.filter((pattern) => pattern.every((segment) => segment !== undefined));
    if (effect === 'deny') return [{ actions, resources: known.length < all.length ? [['**']] : known }];
    return known.length > 0 ? [{ actions, resources: known }] : [];
  });
}

function fillSegment(segment: string, { principal, claims }: Facts): PatternSegment | undefined {
  const [, of, name = ''] = /^\$\{(subject|claims)\.(.+)\}$/.exec(segment) ?? [];
  if (of === undefined) return segment;
  const ids = principal.kind === 'subject' ? [] : principal.path.split('/').map((part) => part.split(':'));
  const value = of === 'claims' ? own(claims, name) : ids.find(([kind]) => kind === own(VARIABLES, name))?.[1];
  return typeof value === 'string' && !/^\.{0,2}$|[/\p{Cc}]/u.test(value) ? { literal: value } : undefined;
}

const covers = ({ effect }: RuleDoc, { action, resource }: Facts) => {
  return ({ actions, resources }: Filled): boolean => {
    if (action === undefined || !actions.some((pattern) => globMatches(pattern, action))) return false;
    if (resources === undefined) return effect === 'deny' || resource === undefined;
    return resource !== undefined && resources.some((pattern) => segmentsMatch(pattern, resource));
  };
};

function show({ id: rule }: RuleDoc, { actions, resources }: Filled): Grant {
  const text = (part: PatternSegment) => (typeof part === 'string' ? part : part.literal.replaceAll('*', '${*}'));
  return { actions, ...(resources && { resources: resources.map((parts) => parts.map(text).join('/')) }), rule };
}

const VARIABLES = { org: 'org', project: 'prj', environment: 'env', user: 'user', runner: 'rnr' };

function isMalformed({ action, resource, audience, now, ...unknown }: Request): boolean {
  const isBad = (text: unknown) => text !== undefined && (typeof text !== 'string' || text === '');
  if (Object.keys(unknown).length > 0 || !Number.isFinite(now)) return true;
  return [action, resource, audience].some(isBad) || (resource !== undefined && action === undefined);
}

const isCanonical = (resource: string) => !/[\p{Cc}\p{Cs}]/u.test(resource) && !/(^|\/)\.{0,2}(\/|$)/.test(resource);
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const own = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Object.getOwnPropertyDescriptor(of, name)?.value : undefined;
const instant = (time: string) => Date.parse(time) / 1000;
const seconds = (text: string) => parseInt(text, 10) * { s: 1, m: 60, h: 3600, d: 86400 }[text.at(-1)!]!;

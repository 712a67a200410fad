import type { Demand, Whom } from '../../../analysis/index.ts';
import type { DecisionRequest } from '../../../decision/decision.ts';
import { variableName } from '../../../policy/glob/template.ts';
import type {
  ClaimCondition,
  GrantPattern,
  Issuer,
  Matcher,
  Place,
  SubjectPattern,
  TrustRule,
} from '../../../policy/policy.ts';
import { inline, visible } from '../../../policy/quote.ts';
import { durationInWords, timestamp } from '../../../policy/time-in-words.ts';
import { grantInWords } from '../decision.ts';

/** `environments below org:acme/prj:payments`, `everyone of issuer gitpod`. */
export function principalsInWords({ kinds, isEveryKind, subjects, issuer }: Whom): string {
  const some = isEveryKind ? 'everyone' : kinds.map((kind) => `${visible(kind)}s`).join(', ');
  const from = `of issuer ${visible(issuer.name)}`;
  if (subjects === undefined) return `${some} ${from}`;
  const single = subjects.filter((pattern) => isOne(pattern, issuer)).map(textOf);
  const many = subjects.filter((pattern) => !isOne(pattern, issuer)).map(textOf);
  return [
    ...single,
    ...(many.length === 0
      ? []
      : [`${some} ${many.some((text) => text.includes('*')) ? 'matching' : 'below'} ${many.join(', ')}`]),
  ].join(', ');
}

/** `read, list on secret/payments/**`; what is no grant is plain access. */
export function givenInWords(grant: GrantPattern | undefined): string {
  return grant === undefined ? 'plain access' : visible(grantInWords(grant, 'allow'));
}

/** `read secret/payments/db`. */
export function requestInWords({ action, resource }: DecisionRequest): string {
  if (action === undefined) return 'plain access';
  return visible(resource === undefined ? action : `${action} ${resource}`);
}

/** Everything else that a token must have, a line each. */
export function conditionsInWords({ rule, demands }: Whom): readonly string[] {
  return [...rule.when.claims.map(claimInWords), ...demands.map(demandInWords)];
}

/** `until 2027-01-01T00:00:00Z`; nothing of a rule that always holds. */
export function validInWords({ valid }: TrustRule): string | undefined {
  const { from, until } = valid ?? {};
  const words = [
    ...(from === undefined ? [] : [`from ${timestamp(from)}`]),
    ...(until === undefined ? [] : [`until ${timestamp(until)}`]),
  ];
  return words.length === 0 ? undefined : words.join(' ');
}

export function ttlInWords({ ttl }: TrustRule): string | undefined {
  return ttl === undefined ? undefined : durationInWords(ttl);
}

export function placeInWords({ file, line }: Place): string {
  return visible(`${file}:${String(line)}`);
}

/** An opaque subject, an `equals`, and a prefix that is a whole path are one principal each. */
function isOne(pattern: SubjectPattern, { subject }: Issuer): boolean {
  if ('glob' in pattern) return false;
  if ('equals' in pattern || subject.includes('opaque')) return true;
  return /\/(?:user|rnr|env|sa):[^/]*$/.test(pattern.prefix);
}

function textOf(pattern: SubjectPattern): string {
  return visible(Object.values<string>(pattern)[0] ?? '');
}

function claimInWords({ key, matcher }: ClaimCondition): string {
  return `claim ${visible(key)} ${matcherInWords(matcher)}`;
}

function matcherInWords(matcher: Matcher): string {
  const list = (values: readonly unknown[], word: string): string => values.map((one) => shown(one)).join(` ${word} `);
  if ('not' in matcher) return `not: ${matcherInWords(matcher.not)}`;
  if ('present' in matcher) return matcher.present ? 'is present' : 'is absent or null';
  if ('glob' in matcher) return `matches ${shown(matcher.glob)}`;
  if ('contains' in matcher) return `contains ${list(matcher.contains, 'and')}`;
  if ('containsAny' in matcher) return `contains ${list(matcher.containsAny, 'or')}`;
  return `is ${list(matcher.oneOf, 'or')}`;
}

function demandInWords({ variable, is }: Demand): string {
  const name = visible(variableName(variable));
  if (typeof is === 'object') return `${name} is ${shown(is.value)}`;
  return is === 'fillable' ? `has ${name}` : `has no ${name} that could be filled in`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${inline(value)}"` : inline(value);
}

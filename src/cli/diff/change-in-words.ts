import type { ChangeBox, Direction, RuleChange } from '../../analysis/index.ts';
import type { GrantPattern, Matcher, SubjectPattern } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { durationInWords, timestamp } from '../../policy/time-in-words.ts';

/** More of a list than these are counted. */
const MOST_NAMED = 4;

/** A gain or a loss by a rule as a sentence without its end: whom it is about, and what they may do. */
export function ruleChangeInWords(change: RuleChange, direction: Direction): string {
  const { before, after, box, effect, class: kind } = change;
  if (kind === 'ttl') {
    const [was, is] = [before?.ttl, after?.ttl].map((ttl) => (ttl === undefined ? 'no bound' : durationInWords(ttl)));
    const what = before === undefined || after === undefined ? '' : ` (\`ttl\` ${was ?? ''}, now ${is ?? ''})`;
    return `${who(box)} may rely on an allow for ${direction === 'gain' ? 'longer' : 'less long'}${what}`;
  }
  const isGain = direction === 'gain';
  const verb =
    effect === 'allow'
      ? `may ${isGain ? 'now' : 'no longer'} ${allowed(box.grants)}`
      : `are ${isGain ? 'no longer' : 'now'} denied ${denied(box.grants)}`;
  return `${who(box)} ${verb}${when(box)}${kind === 'mode' ? ` (mode ${after?.mode ?? ''}, was ${before?.mode ?? ''})` : ''}`;
}

function who({ kinds, subjects, claims, audiences }: ChangeBox): string {
  const whom = kinds === undefined ? everyone(subjects) : listed(kinds.map(plural), 'and');
  const where = subjects === undefined ? '' : ` ${listed(subjects.map(subjectInWords), 'or')}`;
  const what = claims.map(({ key, matcher }) => `${quote(key)} ${matcherInWords(matcher)}`);
  const whose = what.length === 0 ? '' : ` with ${listed(what, 'and')}`;
  const whither = audiences === undefined ? '' : ` and a token for ${listed(audiences.map(quote), 'or')}`;
  return `${whom}${where}${whose}${whither}`;
}

/** Below a project there is nothing but environments. */
function everyone(subjects: ChangeBox['subjects']): string {
  const isOfProjects = subjects?.every((pattern) => /^org:[^/]*\/prj:/u.test(Object.values<string>(pattern)[0] ?? ''));
  return isOfProjects === true ? 'environments' : 'all principals';
}

function plural(kind: string): string {
  switch (kind) {
    case 'service-account':
      return 'service accounts';
    case 'subject':
      return 'subjects';
    default:
      return `${kind}s`;
  }
}

function subjectInWords(pattern: SubjectPattern): string {
  if ('prefix' in pattern) return `under ${quote(pattern.prefix)}`;
  return 'equals' in pattern ? `that are ${quote(pattern.equals)}` : `like ${quote(pattern.glob)}`;
}

function matcherInWords(matcher: Matcher): string {
  if ('not' in matcher) return `not ${matcherInWords(matcher.not)}`;
  if ('present' in matcher) return matcher.present ? 'present' : 'absent';
  if ('glob' in matcher) return `like ${quote(matcher.glob)}`;
  if ('contains' in matcher) return `containing ${listed(matcher.contains.map(scalar), 'and')}`;
  if ('containsAny' in matcher) return `containing ${listed(matcher.containsAny.map(scalar), 'or')}`;
  return `equal to ${listed(matcher.oneOf.map(scalar), 'or')}`;
}

function scalar(value: unknown): string {
  return quote(JSON.stringify(value));
}

function allowed(grants: readonly GrantPattern[] | undefined): string {
  return grants === undefined ? 'have plain access' : listed(grants.map(grantInWords), 'and');
}

function denied(grants: readonly GrantPattern[] | undefined): string {
  return grants === undefined ? 'everything' : listed(grants.map(grantInWords), 'and');
}

function grantInWords({ actions, resources }: GrantPattern): string {
  const what = listed(actions.map(quote), 'and');
  return resources === undefined ? what : `${what} ${listed(resources.map(quote), 'and')}`;
}

function when({ valid }: ChangeBox): string {
  const from = valid?.from === undefined ? '' : ` from ${timestamp(valid.from)}`;
  return `${from}${valid?.until === undefined ? '' : ` until ${timestamp(valid.until)}`}`;
}

/** `a, b and c`; of a long list the first, and how many more. */
export function listed(items: readonly string[], word: 'and' | 'or'): string {
  const more = items.length - MOST_NAMED;
  const shown = more > 0 ? [...items.slice(0, MOST_NAMED), `${String(more)} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${more > 0 ? 'and' : word} ${last}`;
}

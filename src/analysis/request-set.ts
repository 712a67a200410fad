import type { DecisionRequest } from '../decision/decision.ts';
import type { Effect, GrantPattern, TrustRule } from '../policy/policy.ts';
import { type Expression, sequence, some, text } from './automaton.ts';
import { findWord, type Word } from './find-word.ts';
import {
  globExpression,
  hasTemplate,
  inSegment,
  inText,
  properSegment,
  resourceExpression,
  type TemplateReading,
} from './glob-expression.ts';
import { WordSet } from './word-set.ts';

/**
 * The requests that a rule speaks of: an allow gives them, a deny takes them away. A request is written as a word:
 * nothing for plain access; an action and a mark; or an action, another mark and a resource.
 */
export interface RequestSet {
  readonly effect: Effect;
  readonly grants: readonly GrantPattern[] | undefined;
  /** With a mark for every template: what the rule surely gives or takes away, if the mark is what the token says. */
  readonly sure: WordSet;
  /** All that the rule could ever give or take away. */
  readonly possible: WordSet;
}

const NO_RESOURCE = '\u0000';
const ON = '\u0001';

export function requestSet({ effect, grants }: Pick<TrustRule, 'effect' | 'grants'>): RequestSet {
  const sure = new WordSet(requestsOf(effect, grants, 'mark'));
  const isTemplated = grants?.some(({ resources }) => resources?.some(hasTemplate)) ?? false;
  const possible = isTemplated ? new WordSet(requestsOf(effect, grants, 'any-segment')) : sure;
  return { effect, grants, sure, possible };
}

/** One request alone. */
export function onlyRequest({ action, resource }: Pick<DecisionRequest, 'action' | 'resource'>): WordSet {
  if (action === undefined) return new WordSet({ text: [] });
  const target: Expression =
    resource === undefined ? { text: [NO_RESOURCE] } : sequence({ text: [ON] }, text(resource));
  return new WordSet(sequence(text(action), target));
}

/** What one grant gives or takes away: requests that name an action. */
export function grantSet(grant: GrantPattern, effect: Effect, reading: TemplateReading): WordSet {
  return new WordSet(grantRequests(grant, effect, reading));
}

/** A request that both rules speak of, as a word that may hold marks; `undecided` also where only a template could tell. */
export function commonRequest(a: RequestSet, b: RequestSet): Word | 'none' | 'undecided' {
  const sure = findWord([canonical, a.sure, b.sure]);
  if (sure !== 'none') return sure;
  if (a.sure === a.possible && b.sure === b.possible) return 'none';
  return findWord([canonical, a.possible, b.possible]) === 'none' ? 'none' : 'undecided';
}

/** A request that the rule speaks of, one with an action and a resource if there is any. */
export function sampleRequest({ sure }: RequestSet): Word {
  const found = findRequest([sure], []);
  return typeof found === 'string' ? [] : found;
}

/** A request in all of some sets and in none of others, one with an action and a resource if there is any. */
export function findRequest(inAll: readonly WordSet[], inNone: readonly WordSet[]): ReturnType<typeof findWord> {
  let answer: ReturnType<typeof findWord> = 'none';
  for (const shape of [onResource, onAction, canonical]) {
    const found = findWord([shape, ...inAll], inNone);
    if (typeof found !== 'string') return found;
    if (found === 'undecided') answer = found;
  }
  return answer;
}

/** Whether `b` speaks of every request that `a` speaks of, whatever a token fills its templates with. */
export function coversRequests(a: RequestSet, b: RequestSet, shapes: 'all' | 'named' = 'all'): boolean | 'undecided' {
  if (a.effect === b.effect && areAmong(a.grants, b.grants)) return true;
  // What an allow cannot fill in gives nothing; what a deny cannot fill in takes everything.
  const whole = a.effect === 'allow' ? a.sure : a.possible;
  const word = findWord([shapes === 'all' ? canonical : named, whole], [b.sure]);
  return word === 'undecided' ? word : word === 'none';
}

/** The request that a word writes, its marks filled in. */
export function requestOf(word: Word, fill: (mark: string) => string): DecisionRequest {
  if (word.length === 0) return {};
  const at = word.findIndex((symbol) => symbol === ON || symbol === NO_RESOURCE);
  const action = word.slice(0, at).join('');
  return word[at] === ON
    ? {
        action,
        resource: word
          .slice(at + 1)
          .map(fill)
          .join(''),
      }
    : { action };
}

/** Requests by globs of actions and resources, neither of which is bounded where left out; or plain access. */
export function describedRequests(
  described: 'plain' | { readonly actions?: readonly string[]; readonly resources?: readonly string[] },
): WordSet {
  if (described === 'plain') return new WordSet({ text: [] });
  const { actions, resources } = described;
  if (actions === undefined && resources === undefined) return canonical;
  const action: Expression = actions === undefined ? ACTION : { either: actions.map(globExpression) };
  const on = resources === undefined ? ANYWHERE : sequence({ text: [ON] }, { either: resources.map(globExpression) });
  return new WordSet(sequence(action, on));
}

/** All that some grants give or take away. */
export function requestsOf(
  effect: Effect,
  grants: readonly GrantPattern[] | undefined,
  reading: TemplateReading,
): Expression {
  const given = (grants ?? []).map((grant) => grantRequests(grant, effect, reading));
  if (effect === 'allow') return { either: [{ text: [] }, ...given] };
  return grants === undefined ? { many: { one: () => true } } : { either: given };
}

function grantRequests({ actions, resources }: GrantPattern, effect: Effect, reading: TemplateReading): Expression {
  const on: Expression = { text: [ON] };
  const action: Expression = { either: actions.map(globExpression) };
  if (resources === undefined) return sequence(action, effect === 'allow' ? { text: [NO_RESOURCE] } : ANYWHERE);
  const opensAll = effect === 'deny' && reading === 'any-segment' && resources.some(hasTemplate);
  const targets = resources.map((pattern) => resourceExpression(pattern, reading));
  return sequence(action, on, opensAll ? EVERYTHING : { either: targets });
}

const EVERYTHING: Expression = { many: { one: inText } };
const ANYWHERE: Expression = { either: [{ text: [NO_RESOURCE] }, sequence({ text: [ON] }, EVERYTHING)] };

const ACTION: Expression = some({ one: inText });
const SEGMENT: Expression = properSegment(inSegment);
const WITHOUT: Expression = sequence(ACTION, { text: [NO_RESOURCE] });
const WITH: Expression = sequence(ACTION, { text: [ON] }, SEGMENT, { many: sequence({ text: ['/'] }, SEGMENT) });
const onAction: WordSet = new WordSet(WITHOUT);
const onResource: WordSet = new WordSet(WITH);
const named: WordSet = new WordSet({ either: [WITHOUT, WITH] });
/** Every request that a glob could match, each in its one spelling. */
const canonical: WordSet = new WordSet({ either: [{ text: [] }, WITHOUT, WITH] });

function areAmong(some: readonly GrantPattern[] | undefined, all: readonly GrantPattern[] | undefined): boolean {
  if (all === undefined) return some === undefined;
  const known = new Set(all.map((grant) => JSON.stringify(grant)));
  return some?.every((grant) => known.has(JSON.stringify(grant))) ?? false;
}

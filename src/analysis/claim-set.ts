import { compileClaim } from '../decision/claim-condition.ts';
import type { ClaimCondition, Effect, Matcher, Scalar } from '../policy/policy.ts';
import { hasControl } from '../policy/glob/glob.ts';
import { type Expression, text } from './automaton.ts';
import { findWord } from './find-word.ts';
import { globExpression, inText } from './glob-expression.ts';
import { WordSet } from './word-set.ts';

/** What one condition asks of a claim's value, as its rule's effect has it. */
export interface ClaimTest {
  readonly steps: readonly string[];
  readonly matcher: Matcher;
  readonly holds: (value: unknown) => boolean;
  /** Among strings without control characters: those it holds for. */
  readonly strings: 'all' | 'none' | { readonly in: WordSet } | { readonly notIn: WordSet };
}

/** A value; a claim that is left out is `undefined`. */
export interface ClaimValue {
  readonly value: unknown;
}

export function claimTest(condition: ClaimCondition, effect: Effect): ClaimTest {
  const { steps, matcher } = condition;
  return { steps, matcher, holds: compileClaim(condition, effect).holds, strings: stringsOf(matcher, effect) };
}

/** More scalars than this inside arrays are not tried in all combinations. */
const MOST_MEMBERS = 10;

/**
 * A value for which all of one list of tests hold and none of another. Exact: beside strings, every value behaves
 * like one of a few; only what arrays hold may be too much to try.
 */
export function findClaim(
  all: readonly ClaimTest[],
  none: readonly ClaimTest[] = [],
): ClaimValue | 'none' | 'undecided' {
  const tests = [...all, ...none];
  const fits = (value: unknown): boolean =>
    all.every(({ holds }) => holds(value)) && !none.some(({ holds }) => holds(value));
  const scalars = [...new Set(tests.flatMap(({ matcher }) => scalarsOf(matcher)))];
  const found = scalars.find(fits);
  if (found !== undefined) return { value: found };
  const word = findString(all, none);
  if (typeof word !== 'string') return { value: word.join('') };
  const isFew = scalars.length <= MOST_MEMBERS;
  const others = [undefined, ...(isFew ? subsets(scalars) : [[], scalars]), ...strangers(scalars)];
  const at = others.findIndex(fits);
  if (at !== -1) return { value: others[at] };
  return word === 'undecided' || (!isFew && tests.some(({ matcher }) => isOfArrays(matcher))) ? 'undecided' : 'none';
}

function findString(all: readonly ClaimTest[], none: readonly ClaimTest[]): ReturnType<typeof findWord> {
  const within: WordSet[] = [anyString];
  const outside: WordSet[] = [];
  for (const { strings } of all) {
    if (strings === 'none') return 'none';
    if (strings !== 'all') ('in' in strings ? within : outside).push('in' in strings ? strings.in : strings.notIn);
  }
  for (const { strings } of none) {
    if (strings === 'all') return 'none';
    if (strings !== 'none') ('in' in strings ? outside : within).push('in' in strings ? strings.in : strings.notIn);
  }
  return findWord(within, outside);
}

const anyString: WordSet = new WordSet({ many: { one: inText } });

function stringsOf(matcher: Matcher, effect: Effect): ClaimTest['strings'] {
  if ('present' in matcher) return matcher.present ? 'all' : 'none';
  const isNegated = 'not' in matcher;
  const expression = stringExpression(isNegated ? matcher.not : matcher);
  if (expression === undefined) return isNegated && effect === 'deny' ? 'all' : 'none';
  return isNegated ? { notIn: new WordSet(expression) } : { in: new WordSet(expression) };
}

/** The strings of a matcher that can judge strings. */
function stringExpression(matcher: Matcher): Expression | undefined {
  if ('glob' in matcher) return globExpression(matcher.glob);
  const strings = 'oneOf' in matcher ? matcher.oneOf.filter((value) => typeof value === 'string') : [];
  return strings.length === 0 ? undefined : { either: strings.filter((value) => !hasControl(value)).map(text) };
}

function scalarsOf(matcher: Matcher): readonly Scalar[] {
  if ('not' in matcher) return scalarsOf(matcher.not);
  if ('oneOf' in matcher) return matcher.oneOf;
  if ('contains' in matcher) return matcher.contains;
  return 'containsAny' in matcher ? matcher.containsAny : [];
}

function isOfArrays(matcher: Matcher): boolean {
  return 'not' in matcher ? isOfArrays(matcher.not) : 'contains' in matcher || 'containsAny' in matcher;
}

function subsets(scalars: readonly Scalar[]): readonly (readonly Scalar[])[] {
  return scalars.reduce<(readonly Scalar[])[]>(
    (sets, scalar) => [...sets, ...sets.map((set) => [...set, scalar])],
    [[]],
  );
}

/** One of every sort of value that no test names: a number, one too large to be exact, a text that no glob can judge. */
function strangers(scalars: readonly Scalar[]): readonly unknown[] {
  let number = 0.5;
  while (scalars.includes(number)) number += 1;
  let control = '\u0001';
  while (scalars.includes(control)) control += '\u0001';
  return [true, false, number, null, {}, 2 ** 53, control];
}

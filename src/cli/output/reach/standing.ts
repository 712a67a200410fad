import type { Given, Reached } from '../../../analysis/index.ts';

/** Whether denies leave something, as far as can be told. */
export function isGiven({ standing }: Given): boolean {
  return !('takenBy' in standing);
}

export function isTaken(given: Given): boolean {
  return !isGiven(given);
}

/** The rules with only what is so of what they give; a rule of which nothing is, is left out. */
export function withStanding(rules: readonly Reached[], is: (given: Given) => boolean): readonly Reached[] {
  return rules.map((one) => ({ ...one, gives: one.gives.filter(is) })).filter(({ gives }) => gives.length > 0);
}

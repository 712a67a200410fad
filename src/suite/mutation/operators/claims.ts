import type { ClaimCondition, Matcher, TrustRule } from '../../../policy/policy.ts';
import { quote } from '../../../policy/quote.ts';
import { type Change, type Operator, replacements } from './change.ts';
import { looserGlobs } from './loosen.ts';

/** `contains`, which asks for all, asks for any. */
export const allToAny: Operator = (rule) =>
  matcherChanges(
    rule,
    (matcher) => ('contains' in matcher && matcher.contains.length > 1 ? [{ containsAny: matcher.contains }] : []),
    ({ key }) => `whose claim ${quote(key)} need only contain one of its values`,
  );

export const loosenClaimGlob: Operator = (rule) =>
  matcherChanges(
    rule,
    (matcher) => ('glob' in matcher ? looserGlobs(matcher.glob).map((glob) => ({ glob })) : []),
    ({ key, matcher }) => `whose claim ${quote(key)} is loosened to ${quote(matcher)}`,
  );

export const dropNot: Operator = (rule) =>
  matcherChanges(
    rule,
    (matcher) => ('not' in matcher ? [matcher.not] : []),
    ({ key }) => `whose claim ${quote(key)} has lost its \`not\``,
  );

function matcherChanges(
  rule: TrustRule,
  make: (matcher: Matcher) => readonly Matcher[],
  describe: (condition: ClaimCondition) => string,
): readonly Change[] {
  const changed = (condition: ClaimCondition): readonly ClaimCondition[] =>
    make(condition.matcher).map((matcher) => ({ ...condition, matcher }));
  return replacements(rule.when.claims, changed).map(({ items, to }) => ({
    rule: { ...rule, when: { ...rule.when, claims: items } },
    description: describe(to),
  }));
}

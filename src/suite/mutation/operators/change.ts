import type { Policy, TrustRule } from '../../../policy/policy.ts';

/** One small change of a rule: what a mistake might have made of it. */
export interface Change {
  /** The rule as it would be; `undefined` where it would be gone. */
  readonly rule: TrustRule | undefined;
  /** Follows the rule's name in a sentence: "whose …" or "that …". */
  readonly description: string;
}

/** All changes of one kind that can be made to a rule; a change may turn out not to load. */
export type Operator = (rule: TrustRule, policy: Policy) => readonly Change[];

/** Every copy of a list in which one item is replaced by what can be made of it. */
export function replacements<T>(
  items: readonly T[],
  make: (item: T) => readonly T[],
): readonly { readonly items: readonly T[]; readonly from: T; readonly to: T }[] {
  return items.flatMap((from, i) => make(from).map((to) => ({ items: items.with(i, to), from, to })));
}

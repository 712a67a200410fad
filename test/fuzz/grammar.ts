import type { Random } from './random.ts';

/**
 * Rules by name, each a list of alternatives; `<name>` in an alternative stands for another rule. The first alternative
 * of a rule must come to an end by itself: it is taken where a text has become deep.
 */
export type Grammar = Readonly<Record<string, readonly string[]>>;

const DEEPEST = 12;

/** A text that the grammar makes. */
export function derive(grammar: Grammar, random: Random, rule = 'start', depth = 0): string {
  const alternatives = grammar[rule];
  if (alternatives === undefined) throw new RangeError(`no rule <${rule}>`);
  const chosen = depth > DEEPEST ? alternatives[0]! : random.pick(alternatives);
  return chosen.replaceAll(/<([a-z]+)>/g, (_, name: string) => derive(grammar, random, name, depth + 1));
}

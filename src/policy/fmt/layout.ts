import type { Scalar } from '../document/node.ts';

/** What a policy file says and how its author laid it out: everything that formatting keeps. */
export type Layout = ScalarLayout | CollectionLayout;

/** The text of one comment, from `#` on; the empty string is a blank line. */
export type Trivia = string;

export interface ScalarLayout {
  readonly kind: 'scalar';
  readonly value: Scalar | null;
  /** How a number, boolean or null was spelt; empty for a null that is not written at all. */
  readonly source: string;
  /** Whether the author put quotes around a string, or would have had to. */
  readonly quoted: boolean;
  /** The lines of a string that the author broke, ready to print: all but the first want indentation. */
  readonly lines?: readonly string[];
}

export interface CollectionLayout {
  readonly kind: 'list' | 'map';
  /** Whether it stands in brackets. */
  readonly flow: boolean;
  readonly items: readonly Item[];
  /** What stands behind the last item, at the indentation of the items. */
  readonly end: readonly Trivia[];
}

/** An item of a list, or an entry of a map, which alone has a key. */
export interface Item {
  readonly key?: ScalarLayout;
  /** What stands above it. */
  readonly before: readonly Trivia[];
  /** The comment behind the colon of a key whose value begins on the next line. */
  readonly onKey?: string;
  readonly value: Layout;
  /** The comment behind its value, on the same line. */
  readonly trailing?: string;
}

/** A whole file. */
export interface FileLayout {
  /** The comments at its top that belong to no entry, whatever the entries' order. */
  readonly header: readonly Trivia[];
  readonly root: Item;
  readonly end: readonly Trivia[];
}

/** Whether a comment stands somewhere between the first and the last item, so that one line cannot hold them all. */
export function holdsComments(layout: Layout): boolean {
  if (layout.kind === 'scalar') return false;
  return (
    layout.end.some(isComment) ||
    layout.items.some(
      ({ before, onKey, value, trailing }) =>
        before.some(isComment) || onKey !== undefined || trailing !== undefined || holdsComments(value),
    )
  );
}

/** Whether a value is not written at all, which YAML reads as null. */
export function isNothing(layout: Layout): boolean {
  return layout.kind === 'scalar' && layout.value === null && layout.source === '';
}

export function isComment(trivia: Trivia): boolean {
  return trivia !== '';
}

/** One behind the other, with one blank line where two meet. */
export function joined(above: readonly Trivia[], below: readonly Trivia[]): readonly Trivia[] {
  return [...above, ...(above.at(-1) === '' ? withoutLeadingBlanks(below) : below)];
}

export function withoutLeadingBlanks(trivia: readonly Trivia[]): readonly Trivia[] {
  const first = trivia.findIndex(isComment);
  return first === -1 ? [] : trivia.slice(first);
}

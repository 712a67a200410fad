import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../document/node.ts';

/** What was read from a text, and what is wrong with it. */
export interface Reading {
  readonly root: Node | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws where the form of a document has a fault or says something else: no form is better than a wrong one. */
export function assertSameMeaning(document: Node | undefined, form: Reading): void {
  if (form.diagnostics.length > 0 || !sameMeaning(document, form.root)) {
    throw new Error('the formatted policy would not mean the same');
  }
}

/** Whether two documents say the same, in whatever order of keys. */
export function sameMeaning(a: Node | undefined, b: Node | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'scalar') return b.kind === 'scalar' && Object.is(a.value, b.value);
  if (a.kind === 'list') {
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameMeaning(item, b.items[index]))
    );
  }
  if (b.kind !== 'map' || a.entries.length !== b.entries.length) return false;
  const values = new Map(b.entries.map(({ key, value }) => [key, value]));
  return a.entries.every(({ key, value }) => sameMeaning(value, values.get(key)));
}

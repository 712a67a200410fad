import type { Node } from '../document/node.ts';

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

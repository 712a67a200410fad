import { type Item, type Layout, withoutLeadingBlanks } from './layout.ts';

/** The order of keys in one kind of map, and what their values are; `each` describes the members of a collection. */
interface Shape {
  readonly keys?: readonly string[];
  readonly of?: Readonly<Record<string, Shape>>;
  readonly each?: Shape;
}

const POLICY: Shape = {
  keys: ['$schema', 'version', 'issuers', 'rules'],
  of: {
    issuers: {
      each: {
        keys: [
          ...['url', 'subject', 'audiences', 'jwks', 'algorithms'],
          ...['tokenType', 'maxLifetime', 'clockSkew', 'maxTokenAge'],
        ],
      },
    },
    rules: {
      each: {
        keys: ['id', 'description', 'effect', 'mode', 'when', 'grants', 'ttl', 'valid'],
        of: {
          when: { keys: ['issuer', 'audience', 'subject', 'kind', 'claims'] },
          grants: { each: { keys: ['actions', 'resources'] } },
          valid: { keys: ['from', 'until'] },
        },
      },
    },
  },
};

/** Puts the keys of the policy language into their order. Unknown keys follow, in the order they had. */
export function orderKeys(root: Layout): Layout {
  return ordered(root, POLICY);
}

function ordered(layout: Layout, shape: Shape): Layout {
  if (layout.kind === 'scalar') return layout;
  const items = layout.items.map((item): Item => {
    const inner = shape.each ?? innerOf(shape, nameOf(item));
    return inner === undefined ? item : { ...item, value: ordered(item.value, inner) };
  });
  return { ...layout, items: sorted(items, shape.keys) };
}

/** The key of an entry; no key of the language for an item of a list. */
function nameOf({ key }: Item): string {
  return String(key?.value);
}

function innerOf({ of = {} }: Shape, key: string): Shape | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function sorted(items: readonly Item[], keys: readonly string[] = []): readonly Item[] {
  const rank = (item: Item): number => {
    const at = keys.indexOf(nameOf(item));
    return at === -1 ? keys.length : at;
  };
  // Comments move with their entries, blank lines between entries stay: a page keeps its paragraphs.
  return items
    .toSorted((a, b) => rank(a) - rank(b))
    .map((item, index) => {
      const own = withoutLeadingBlanks(item.before);
      return { ...item, before: items[index]?.before[0] === '' ? ['', ...own] : own };
    });
}

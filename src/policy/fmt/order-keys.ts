import { type CollectionLayout, type Item, type Layout, withoutLeadingBlanks } from './layout.ts';

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
    const inner = shape.each ?? (item.key === undefined ? undefined : innerOf(shape, item.key.value));
    return inner === undefined ? item : { ...item, value: ordered(item.value, inner) };
  });
  return { ...layout, items: sorted(layout, items, shape.keys) };
}

function innerOf({ of = {} }: Shape, key: unknown): Shape | undefined {
  return typeof key === 'string' && Object.hasOwn(of, key) ? of[key] : undefined;
}

function sorted({ kind }: CollectionLayout, items: readonly Item[], keys: readonly string[] = []): readonly Item[] {
  if (kind === 'list') return items;
  const rank = ({ key }: Item): number => {
    const at = keys.indexOf(String(key?.value));
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

/** A stretch of the text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean;

/** What a policy file says, with where it says it. Nothing of YAML is left but positions. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: Scalar | null;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  /** Keys whose value was refused: they are there, but nothing can be said of them. */
  readonly refused: readonly string[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

/** The value of a key, where the node is a map that has it. */
export function valueAt(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

export function isString(node: Node | undefined): node is ScalarNode & { readonly value: string } {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

/** The string nodes of a place where one string or a list of them may stand. */
export function stringsAt(node: Node | undefined): readonly (ScalarNode & { readonly value: string })[] {
  const nodes = node?.kind === 'list' ? node.items : [node];
  return nodes.filter(isString);
}

/** What of a node is pointed at: all of a scalar, the first key of a map, the beginning of a list. */
export function headOf(node: Node): Span {
  if (node.kind === 'map') return node.entries[0]?.keySpan ?? node;
  return node.kind === 'scalar' ? node : { start: node.start, end: node.start + 1 };
}

/** The bare JSON value. Maps have no prototype, so that `__proto__` is a member like any other. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toValue);
    case 'map': {
      const value = Object.create(null) as Record<string, unknown>;
      for (const entry of node.entries) value[entry.key] = toValue(entry.value);
      return value;
    }
  }
}

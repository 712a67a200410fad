import { type MapNode, type Node, type Span, valueAt } from './node.ts';
import type { Source } from '../parse/source.ts';

/**
 * The way to a place in a policy: from a rule (by id), an issuer (by name) or a file, by keys and indexes. Made concrete
 * at the end, so that lint rules need not know of positions.
 */
export type Route = ({ readonly rule: string } | { readonly issuer: string } | { readonly file: string }) & {
  readonly path?: readonly (string | number)[];
  /** Whether the key is meant, where the path ends at one. Default: its value. */
  readonly key?: true;
};

/** A place that a route led to. */
export interface Located {
  readonly source: Source;
  /** What a diagnostic points at. */
  readonly span: Span;
  readonly node: Node | undefined;
}

/** Finds places in the documents of a policy. */
export class Locator {
  readonly #rules = new Map<string, { readonly source: Source; readonly node: Node }>();
  readonly #issuers = new Map<string, { readonly source: Source; readonly node: Node; readonly keySpan: Span }>();
  readonly #files = new Map<string, Source>();

  constructor(documents: readonly Source[]) {
    for (const source of documents) {
      this.#files.set(source.file, source);
      const rules = valueAt(source.root, 'rules');
      for (const node of rules?.kind === 'list' ? rules.items : []) {
        const id = valueAt(node, 'id');
        if (id?.kind === 'scalar') this.#rules.set(String(id.value), { source, node });
      }
      const issuers = valueAt(source.root, 'issuers');
      for (const { key, keySpan, value } of issuers?.kind === 'map' ? issuers.entries : []) {
        this.#issuers.set(key, { source, node: value, keySpan });
      }
    }
  }

  /** Where a route leads; where a step is missing, as far as it goes. A rule stands for its `id`, an issuer for its name. */
  locate(route: Route): Located {
    const { path = [] } = route;
    if ('file' in route) return this.#inFile(route.file, path, route.key === true);
    const start = 'rule' in route ? this.#rules.get(route.rule) : this.#issuers.get(route.issuer);
    if (start === undefined) throw new RangeError(`there is no place ${JSON.stringify(route)}`);
    if (path.length > 0) return follow(start.source, start.node, path, route.key === true);
    if ('keySpan' in start) return { source: start.source, span: start.keySpan as Span, node: start.node };
    return follow(start.source, start.node, ['id'], false);
  }

  #inFile(file: string, path: readonly (string | number)[], key: boolean): Located {
    const source = this.#files.get(file);
    if (source === undefined) throw new RangeError(`there is no file ${JSON.stringify(file)}`);
    if (source.root === undefined || path.length === 0)
      return { source, span: { start: 0, end: 0 }, node: source.root };
    return follow(source, source.root, path, key);
  }
}

function follow(source: Source, from: Node, path: readonly (string | number)[], key: boolean): Located {
  let node = from;
  let span: Span = headOf(from);
  for (const [at, step] of path.entries()) {
    const entry = node.kind === 'map' ? entryOf(node, String(step)) : undefined;
    // Where one value stands for a list of one, its index leads to itself.
    if (step === 0 && node.kind !== 'list' && entry === undefined) continue;
    const next = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (next === undefined) break;
    node = next;
    const meansKey = key && at === path.length - 1 && entry !== undefined;
    span = entry !== undefined && (meansKey || next.kind !== 'scalar') ? entry.keySpan : headOf(next);
  }
  return { source, span, node };
}

function entryOf(node: MapNode, key: string): MapNode['entries'][number] | undefined {
  return node.entries.find((entry) => entry.key === key);
}

/** What of a node is pointed at: all of a scalar, the first key of a map. */
function headOf(node: Node): Span {
  if (node.kind === 'map') return node.entries[0]?.keySpan ?? node;
  return node.kind === 'scalar' ? node : { start: node.start, end: Math.min(node.end, node.start + 1) };
}

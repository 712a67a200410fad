import { headOf, type Node, type Span, valueAt } from './node.ts';
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

/** Where the paths of a rule or an issuer begin. */
interface Start {
  readonly source: Source;
  readonly node: Node;
  /** Of an issuer: its name. */
  readonly keySpan?: Span;
}

/** Finds places in the documents of a policy. */
export class Locator {
  readonly #rules = new Map<string, Start>();
  readonly #issuers = new Map<string, Start>();
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
    const { source, node, keySpan } = start;
    if (path.length > 0) return follow(source, node, path, route.key === true);
    return keySpan === undefined ? follow(source, node, ['id'], false) : { source, span: keySpan, node };
  }

  #inFile(file: string, path: readonly (string | number)[], key: boolean): Located {
    const source = this.#files.get(file);
    if (source === undefined) throw new RangeError(`there is no file ${JSON.stringify(file)}`);
    if (source.root === undefined || path.length === 0)
      return { source, span: { start: 0, end: 0 }, node: source.root };
    return follow(source, source.root, path, key);
  }
}

function follow(source: Source, from: Node, path: readonly (string | number)[], isKey: boolean): Located {
  let node = from;
  let span: Span = headOf(from);
  for (const [at, step] of path.entries()) {
    const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === String(step)) : undefined;
    // Where one value stands for a list of one, its index leads to itself.
    if (step === 0 && node.kind !== 'list' && entry === undefined) continue;
    const next = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (next === undefined) break;
    node = next;
    const meansKey = isKey && at === path.length - 1;
    span = entry !== undefined && (meansKey || next.kind !== 'scalar') ? entry.keySpan : headOf(next);
  }
  return { source, span, node };
}

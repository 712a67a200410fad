import { CST, Parser } from 'yaml';
import { resolveScalar } from '../document/resolve-scalar.ts';
import { CommentQueue } from './comment-queue.ts';
import {
  type CollectionLayout,
  type FileLayout,
  isComment,
  type Item,
  joined,
  type Layout,
  type ScalarLayout,
  type Trivia,
} from './layout.ts';
import { keepLines } from './keep-lines.ts';

type CollectionToken = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
type ScalarToken = CST.FlowScalar | CST.BlockScalar;
type ItemToken = CollectionToken['items'][number];

/** What follows a node: where it begins, and at which column its collection stands. */
interface Next {
  readonly offset: number;
  readonly column: number;
  /** The column of the collection around the node. */
  readonly outer: number;
}

/** Reads the layout of a text that `readDocument` had nothing against. */
export function readLayout(text: string): FileLayout {
  const comments = new CommentQueue(text);
  const end: Next = { offset: text.length, column: 0, outer: 0 };
  const token = contentOf(text);
  const reader = new LayoutReader(comments);
  if (token === undefined) return { header: comments.take(end.offset), root: { before: [], value: NOTHING }, end: [] };
  const above = [...comments.take(token.offset), ...comments.blankAbove(token.offset)];
  const split = headerLength(above);
  const root = reader.item(token, end);
  return {
    header: above.slice(0, split),
    root: withAbove(root, above.slice(split)),
    end: comments.take(end.offset),
  };
}

/** What stands above a file's first entry is about that entry, and moves with it. */
function withAbove(root: Item, above: readonly Trivia[]): Item {
  const { value } = root;
  if (value.kind === 'scalar' || value.flow) return under(above, root);
  return { ...root, value: { ...value, items: value.items.map((item, at) => (at === 0 ? under(above, item) : item)) } };
}

function under(above: readonly Trivia[], item: Item): Item {
  return { ...item, before: joined(above, item.before) };
}

const NOTHING: ScalarLayout = { kind: 'scalar', value: null, source: '', quoted: false };

const EDITOR_LINE = /^#\s*yaml-language-server:/;

/** Up to the last blank line or editor line, if a comment is there at all. */
function headerLength(above: readonly string[]): number {
  return above.some(isComment) ? above.findLastIndex((line) => line === '' || EDITOR_LINE.test(line)) + 1 : 0;
}

class LayoutReader {
  readonly #comments: CommentQueue;

  constructor(comments: CommentQueue) {
    this.#comments = comments;
  }

  /** A value with the comments around it that are not those of its collection. */
  item(token: CST.Token | undefined, next: Next, emptyAt = 0): Omit<Item, 'key' | 'onKey'> {
    if (isBlock(token)) {
      return { before: [], value: this.#collection(token, next) };
    }
    const before = token === undefined ? [] : this.#comments.take(token.offset);
    const value = isFlow(token) ? this.#collection(token, next) : isScalar(token) ? scalar(token) : NOTHING;
    const end = isScalar(token) ? endOfScalar(token) : isFlow(token) ? endOfFlow(token) : emptyAt;
    const trailing = this.#onLineOf(end, next.offset);
    return { before, value, ...(trailing === undefined ? {} : { trailing }) };
  }

  #collection(token: CollectionToken, next: Next): CollectionLayout {
    const flow = token.type === 'flow-collection';
    const kind =
      token.type === 'block-seq' || (flow && token.start.type === 'flow-seq-start')
        ? ('list' as const)
        : ('map' as const);
    const tokens = token.items.filter((item) => startOf(item) !== undefined);
    const { column } = this.#comments.locate(token.offset);
    const items: Item[] = [];
    for (const [index, item] of tokens.entries()) {
      const following = startOf(tokens[index + 1]);
      const inside: Next = flow
        ? { offset: endOfFlow(token), column: Infinity, outer: Infinity }
        : { ...next, outer: column };
      const after: Next = following === undefined ? inside : { offset: following, column, outer: column };
      const start = startOf(item) ?? 0;
      const above = [...this.#comments.take(start), ...this.#comments.blankAbove(start)];
      const read = kind === 'map' ? this.#entry(item, after) : this.#member(item, start, after);
      items.push(under(above, read));
    }
    const end = flow
      ? this.#comments.take(endOfFlow(token))
      : this.#comments.take(
          next.offset,
          (comment) => comment.column >= column && column > Math.max(next.column, next.outer),
        );
    return { kind, flow, items, end };
  }

  #entry(item: ItemToken, next: Next): Item {
    // The reader refuses a key that is no text.
    const key = item.key as ScalarToken;
    const keyEnd = endOfScalar(key);
    const colon = item.sep?.find(({ type }) => type === 'map-value-ind')?.offset ?? keyEnd;
    const onKey = isBlock(item.value)
      ? (this.#onLineOf(keyEnd, item.value.offset) ?? this.#onLineOf(colon, item.value.offset))
      : undefined;
    const read = this.item(item.value, next, colon);
    return { key: scalar(key), ...read, ...(onKey === undefined ? {} : { onKey }) };
  }

  #member(item: ItemToken, dash: number, next: Next): Item {
    // In a flow list, `a: b` is a map of one entry.
    if (item.sep !== undefined) {
      const entry = this.#entry(item, next);
      const { trailing, ...only } = entry;
      const value: Layout = { kind: 'map', flow: true, items: [{ ...only, before: [] }], end: [] };
      return { before: entry.before, value, ...(trailing === undefined ? {} : { trailing }) };
    }
    const beside = isBlock(item.value) ? this.#onLineOf(dash, item.value.offset) : undefined;
    const read = this.item(item.value ?? item.key ?? undefined, next, dash);
    return { ...read, before: [...(beside === undefined ? [] : [beside]), ...read.before] };
  }

  #onLineOf(offset: number, limit: number): string | undefined {
    const { line } = this.#comments.locate(offset);
    return this.#comments.takeIf(limit, (comment) => comment.line === line)?.text;
  }
}

function contentOf(text: string): CST.Token | undefined {
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') return token.value;
  }
  return undefined;
}

function scalar(token: ScalarToken): ScalarLayout {
  // The reader judged it already, and knows where it stands: a block that is the whole file needs no indent.
  const { value, type } = CST.resolveAsScalar(token, true, () => undefined);
  if (type === 'PLAIN') {
    const resolved = resolveScalar(value);
    const plain = 'value' in resolved ? resolved.value : value;
    if (typeof plain !== 'string') return { kind: 'scalar', value: plain, source: value, quoted: false };
  }
  const lines = keepLines({ source: token.source, value, type });
  return {
    kind: 'scalar',
    value,
    source: '',
    quoted: type !== 'PLAIN',
    ...(lines === undefined ? {} : { lines }),
  };
}

function isFlow(token: CST.Token | null | undefined): token is CST.FlowCollection {
  return token?.type === 'flow-collection';
}

function isBlock(token: CST.Token | null | undefined): token is CST.BlockMap | CST.BlockSequence {
  return token?.type === 'block-map' || token?.type === 'block-seq';
}

function isScalar(token: CST.Token | null | undefined): token is ScalarToken {
  return token !== null && token !== undefined && CST.isScalar(token);
}

/** Where an item begins: its dash or question mark, else its key, else its value. */
function startOf(item: ItemToken | undefined): number | undefined {
  const sign = item?.start.find(({ type }) => type === 'seq-item-ind' || type === 'explicit-key-ind');
  return sign?.offset ?? item?.key?.offset ?? item?.value?.offset;
}

/** The offset of the closing bracket. */
function endOfFlow(token: CST.FlowCollection): number {
  return token.end[0]?.offset ?? token.offset;
}

/** A block scalar ends, for comments, where its header does. */
function endOfScalar(token: ScalarToken): number {
  return token.type === 'block-scalar' ? token.offset : token.offset + token.source.length;
}

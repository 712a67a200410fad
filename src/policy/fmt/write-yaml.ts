import {
  type CollectionLayout,
  type FileLayout,
  holdsComments,
  isComment,
  isNothing,
  type Item,
  type Layout,
  type ScalarLayout,
  type Trivia,
  withoutLeadingBlanks,
} from './layout.ts';
import { type Context, writeString } from './write-string.ts';

/** A collection in brackets that reaches beyond this column is broken into lines. */
const MOST_COLUMNS = 100;

/** YAML wants the colon of a key within 1024 characters, or a question mark before the key. */
const LONGEST_KEY = 1000;

/** Writes a file as YAML, without a line end behind the last line. */
export function writeYaml({ header, root, end }: FileLayout): string {
  const { lead, lines } = writeItem(root, 0, '');
  const body = [...withoutLeadingBlanks(lead), ...lines, ...end];
  return [...withoutLeadingBlanks(header), ...(isNothing(root.value) ? end : body)].join('\n');
}

/** An item's lines, and apart from them what stands above the first. */
interface Written {
  readonly lead: readonly Trivia[];
  readonly lines: readonly string[];
}

function writeCollection({ kind, items, end }: CollectionLayout, indent: number): Written {
  const written = items.map((item) => {
    if (kind === 'map') return writeItem(item, indent, keyOf(item, indent));
    return writeItem(item, indent, '- ');
  });
  const margin = ' '.repeat(indent);
  const [first] = written;
  const lines = written.flatMap(({ lead, lines: own }, index) => [
    ...(index === 0 ? [] : lead.map((line) => at(margin, line))),
    ...own,
  ]);
  return {
    lead: withoutLeadingBlanks(first?.lead ?? []),
    lines: [...lines, ...end.map((line) => at(margin, line))],
  };
}

function keyOf({ key }: Item, indent: number): string {
  const text = key === undefined ? '' : writeScalar(key, 'block');
  return text.length > LONGEST_KEY ? `? ${text}\n${' '.repeat(indent)}: ` : `${text}: `;
}

/** Writes an item behind its key or dash. Nothing but what is returned as `lead` stands above its first line. */
function writeItem(item: Item, indent: number, sign: string): Written {
  const margin = ' '.repeat(indent);
  const { before, value, trailing } = item;
  const column = indent + sign.length - (sign.lastIndexOf('\n') + 1);
  if (value.kind !== 'scalar' && isBlock(value, column)) return writeBlock(item, value, indent, sign);
  const inside = value.kind === 'scalar' ? [] : value.end.filter(isComment);
  const texts =
    value.kind === 'scalar' && sign !== ''
      ? (value.lines ?? [writeInline(value, 'block')])
      : [writeInline(value, 'block')];
  const lines = texts.map((line, index) => (index === 0 ? `${margin}${sign}${line}` : at(`${margin}  `, line)));
  const comment = trailing === undefined ? '' : ` ${trailing}`;
  const behind = /^[|>]/.test(texts[0] ?? '') ? 0 : lines.length - 1;
  return {
    lead: [...before, ...inside],
    lines: lines.map((line, index) => (index === behind ? `${line.trimEnd()}${comment}` : line)),
  };
}

function writeBlock(item: Item, value: CollectionLayout, indent: number, sign: string): Written {
  const { before, onKey, trailing } = item;
  const late = trailing !== undefined && holdsComments(value) ? [trailing] : [];
  const early = trailing !== undefined && late.length === 0 ? [trailing] : [];
  const inner = sign === '' ? indent : indent + 2;
  const { lead, lines } = writeCollection({ ...value, end: [...value.end, ...late] }, inner);
  const margin = ' '.repeat(indent);
  if (item.key === undefined) {
    const [first = '', ...rest] = lines;
    return { lead: [...before, ...early, ...lead], lines: [`${margin}${sign}${first.slice(inner)}`, ...rest] };
  }
  const comment = onKey ?? early[0];
  const line = `${margin}${sign.trimEnd()}${comment === undefined ? '' : ` ${comment}`}`;
  return { lead: before, lines: [line, ...lead.map((one) => at(' '.repeat(inner), one)), ...lines] };
}

function at(margin: string, line: string): string {
  return line === '' ? '' : `${margin}${line}`;
}

/** Whether a collection takes a line for each item: as its author wrote it, or since it fits no other way. */
function isBlock(value: CollectionLayout, column: number): boolean {
  if (value.items.length === 0) return false;
  return !value.flow || holdsComments(value) || column + writeInline(value, 'block').length > MOST_COLUMNS;
}

function writeInline(value: Layout, context: Context): string {
  if (value.kind === 'scalar') return writeScalar(value, context);
  const items = value.items.map((item) => {
    const text = writeInline(item.value, 'flow');
    return item.key === undefined ? text : `${writeScalar(item.key, 'flow')}: ${text}`;
  });
  if (value.kind === 'list') return `[${items.join(', ')}]`;
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`;
}

function writeScalar({ value, source, quoted }: ScalarLayout, context: Context): string {
  if (typeof value === 'string') return writeString(value, { quoted, context });
  return source === '' && context === 'flow' ? 'null' : source;
}

import { parseDocument, type Scalar } from 'yaml';
import { isPlain } from './write-string.ts';

/** A string as it stands in a file. */
export interface Written {
  /** All of it with its quotes; of a block the lines below the header. */
  readonly source: string;
  readonly value: string;
  readonly type: Scalar.Type | null;
}

/**
 * The lines of a string that its author broke into several, with the breaks where they were: all but the first want
 * to be indented. `undefined` for a string on one line, or one that cannot be kept so without trailing white space.
 */
export function keepLines(written: Written): readonly string[] | undefined {
  const lines = linesOf(written);
  if (lines.length === 1) return undefined;
  const document = parseDocument(`a: ${lines.join('\n  ')}\n`);
  return document.errors.length === 0 && document.get('a') === written.value ? lines : undefined;
}

function linesOf({ source, value, type }: Written): readonly string[] {
  switch (type) {
    case 'BLOCK_FOLDED':
      return blockLines('>', source, value);
    case 'BLOCK_LITERAL':
      return blockLines('|', source, value);
    case 'QUOTE_DOUBLE':
      return flowLines(source);
    case 'QUOTE_SINGLE':
      return flowLines(`"${escaped(source.slice(1, -1).replaceAll("''", "'"))}"`);
    default:
      return flowLines(isPlain(value.replaceAll('\n', ' '), 'block') ? source : `"${escaped(source)}"`);
  }
}

function flowLines(source: string): readonly string[] {
  return source.split('\n').map((line) => line.trim());
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

function blockLines(style: '>' | '|', source: string, value: string): readonly string[] {
  const chomp = value.endsWith('\n') ? '' : '-';
  const start = source.search(/[^ \n]/);
  const margin = start - (source.lastIndexOf('\n', start) + 1);
  const lines = source.split('\n').map((line) => line.slice(margin).trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return [`${style}${chomp}`, ...lines];
}

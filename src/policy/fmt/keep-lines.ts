import { type CST, parseDocument } from 'yaml';
import { isPlain } from './write-string.ts';

/**
 * The lines of a string that its author broke into several, with the breaks where they were: all but the first want
 * to be indented. `undefined` for a string on one line, or one that cannot be kept so without trailing white space.
 */
export function keepLines(token: CST.FlowScalar | CST.BlockScalar, value: string): readonly string[] | undefined {
  const lines = linesOf(token, value);
  if (lines === undefined || lines.some((line) => line !== line.trimEnd()) || value.endsWith('\n\n')) return undefined;
  const { errors, warnings, contents } = parseDocument(`a: ${lines.map(indented).join('\n')}\n`);
  const reads = errors.length + warnings.length === 0 && (contents?.toJSON() as { a?: unknown }).a === value;
  return reads ? lines : undefined;
}

function indented(line: string, index: number): string {
  return index === 0 || line === '' ? line : `  ${line}`;
}

function linesOf(token: CST.FlowScalar | CST.BlockScalar, value: string): readonly string[] | undefined {
  if (token.type === 'block-scalar') return blockLines(token, value);
  if (!token.source.includes('\n')) return undefined;
  switch (token.type) {
    case 'double-quoted-scalar':
      return flowLines(token.source);
    case 'single-quoted-scalar':
      return flowLines(`"${escaped(token.source.slice(1, -1).replaceAll("''", "'"))}"`);
    default:
      return flowLines(isPlain(value.replaceAll('\n', ' '), 'block') ? token.source : `"${escaped(token.source)}"`);
  }
}

function flowLines(source: string): readonly string[] {
  const lines = source.split('\n');
  return lines.map((line, index) => (index === 0 ? line.trimEnd() : line.trim()));
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

function blockLines({ props, source }: CST.BlockScalar, value: string): readonly string[] | undefined {
  if (value.trim() === '') return undefined;
  const header = props.find((prop) => prop.type === 'block-scalar-header') as { source: string } | undefined;
  const style = header?.source.charAt(0) ?? '|';
  const chomp = value.endsWith('\n') ? '' : '-';
  const body = style === '|' ? value.split('\n') : source.split('\n');
  const first = body.find((line) => line.trim() !== '') ?? '';
  const margin = style === '|' ? 0 : first.length - first.trimStart().length;
  const lines = body.map((line) => (style === '|' ? line : line.slice(margin).trimEnd()));
  while (lines.at(-1) === '') lines.pop();
  return [`${style}${chomp}`, ...lines];
}

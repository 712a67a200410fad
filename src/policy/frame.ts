import type { Diagnostic, Region } from './diagnostic.ts';
import type { PolicySource } from './parse.ts';
import { visible } from './quote.ts';

export interface FrameOptions {
  /** Whether to add ANSI colours. Default: false. */
  readonly color?: boolean;
}

/**
 * Diagnostics as people read them: each with its place, the line it stands in, carets under the span, and help; a
 * summary at the end. Characters that would hide, or change how the line reads, are shown as escapes. `sources` are the
 * texts the diagnostics are about; where one is missing, its line is left out. No final line end; empty for none.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly PolicySource[],
  { color = false }: FrameOptions = {},
): string {
  if (diagnostics.length === 0) return '';
  const paint = color ? inColor : plainly;
  const frame = frameWriter(sources, { color });
  return [...diagnostics.map((diagnostic) => frame(diagnostic)), summary(diagnostics, paint)].join('\n\n');
}

/** Another place that belongs to a diagnostic, and what it has to do with it. */
export interface RelatedPlace {
  readonly at: Region;
  readonly message: string;
}

/** Writes single diagnostics as frames, related places below the first and help last, under one gutter; no line end. */
export function frameWriter(
  sources: readonly PolicySource[],
  { color = false }: FrameOptions = {},
): (diagnostic: Diagnostic, related?: readonly RelatedPlace[]) => string {
  const paint = color ? inColor : plainly;
  const lineAt = lineFinder(sources);
  return ({ severity, code, message, at, help, docs }, related = []) => {
    const gutter = Math.max(...[at, ...related.map((one) => one.at)].map(({ line }) => String(line).length));
    const advice = (name: string, text: string): string =>
      `${' '.repeat(gutter)} ${paint('edge', '=')} ${paint('strong', `${name}:`)} ${visible(text)}`;
    return [
      `${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${visible(message)}`)}`,
      ...excerpt(at, lineAt(at), { gutter, style: severity, paint }),
      ...related.flatMap((one) => [
        `${paint('note', 'note')}${paint('strong', `: ${visible(one.message)}`)}`,
        ...excerpt(one.at, lineAt(one.at), { gutter, style: 'note', paint }),
      ]),
      ...(help === undefined ? [] : [advice('help', help)]),
      ...(docs === undefined ? [] : [advice('docs', docs)]),
    ].join('\n');
  };
}

type Paint = (style: keyof typeof STYLES, text: string) => string;

const STYLES = { error: '1;31', warning: '1;33', note: '1;36', strong: '1', edge: '1;34' } as const;
const inColor: Paint = (style, text) => `\u001b[${STYLES[style]}m${text}\u001b[0m`;
const plainly: Paint = (_, text) => text;

/** A place, and the line it stands in with carets below, where the line is known. */
function excerpt(
  at: Region,
  line: string | undefined,
  { gutter, style, paint }: { readonly gutter: number; readonly style: keyof typeof STYLES; readonly paint: Paint },
): readonly string[] {
  const indent = ' '.repeat(gutter);
  const place = `${indent}${paint('edge', '-->')} ${visible(at.file)}:${String(at.line)}:${String(at.column)}`;
  if (line === undefined) return [place];
  const { shown, before, carets } = underlined(line, at);
  const edge = paint('edge', `${indent} |`);
  return [
    place,
    edge,
    `${paint('edge', `${String(at.line).padStart(gutter)} |`)} ${shown}`.trimEnd(),
    `${edge} ${' '.repeat(before)}${paint(style, '^'.repeat(carets))}`,
  ];
}

function summary(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const severity = diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 'error' : 'warning';
  const files = new Set(diagnostics.map(({ at }) => at.file)).size;
  const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
  const found = `: ${counted(diagnostics.length, 'problem')} in ${counted(files, 'file')}`;
  return `${paint(severity, severity)}${paint('strong', found)}`;
}

function lineFinder(sources: readonly PolicySource[]): (at: Region) => string | undefined {
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const split = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    const text = texts.get(file);
    if (text === undefined) return undefined;
    const lines = split.get(file) ?? text.split('\n');
    split.set(file, lines);
    return lines[line - 1]?.replace(/\r$/, '');
  };
}

/** A line as it is shown, and what stands under it, in terminal columns. */
interface Underlined {
  readonly shown: string;
  readonly before: number;
  readonly carets: number;
}

/** The most columns of a line that are shown, and how many of them lead up to the place. */
const MOST_COLUMNS = 100;
const LEAD = 40;

function underlined(line: string, { line: first, column, endLine, endColumn }: Region): Underlined {
  const start = Math.min(column - 1, line.length);
  const end = endLine > first ? line.trimEnd().length : Math.min(endColumn - 1, line.length);
  const cells = around(cellsOf(line, start), start);
  const cutBefore = (cells[0]?.at ?? 0) > 0;
  const last = cells.at(-1);
  const cutAfter = last !== undefined && last.at + last.length < line.length;
  return {
    shown: `${cutBefore ? '…' : ''}${cells.map(({ text }) => text).join('')}${cutAfter ? '…' : ''}`,
    before: widthOf(cells.filter(({ at }) => at < start)) + (cutBefore ? 1 : 0),
    carets: Math.max(1, widthOf(cells.filter(({ at }) => at >= start && at < end))),
  };
}

/** One character of a line: how it is shown, in terminal columns, and where it stands, in UTF-16 code units. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly at: number;
  readonly length: number;
}

/** The cells near a place: all of an ordinary line, and not a million of an extraordinary one. */
function cellsOf(line: string, place: number): readonly Cell[] {
  let at = Math.max(0, place - 4 * MOST_COLUMNS);
  return Array.from(line.slice(at, place + 4 * MOST_COLUMNS), (character) => {
    const cell = { ...shownAs(character), at, length: character.length };
    at += character.length;
    return cell;
  });
}

/** As many of the cells as are shown: those that lead up to a place, those from it on, and more before it for room left. */
function around(all: readonly Cell[], place: number): readonly Cell[] {
  const before = all.filter(({ at }) => at < place);
  const backwards = before.toReversed();
  const room = MOST_COLUMNS - widthOf(fitting(backwards, LEAD));
  const behind = fitting(all.slice(before.length), room);
  return [...fitting(backwards, MOST_COLUMNS - widthOf(behind)).toReversed(), ...behind];
}

/** The first cells, as many as fit into so many columns. */
function fitting(cells: readonly Cell[], columns: number): readonly Cell[] {
  let width = 0;
  const end = cells.findIndex((cell) => (width += cell.width) > columns);
  return end === -1 ? cells : cells.slice(0, end);
}

function shownAs(character: string): Pick<Cell, 'text' | 'width'> {
  if (character === '\t') return { text: '    ', width: 4 };
  const text = visible(character);
  if (text !== character) return { text, width: text.length };
  return { text, width: COMBINING.test(text) ? 0 : WIDE.test(text) ? 2 : 1 };
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

const COMBINING = /^[\p{Mn}\p{Me}]$/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3001-\u303e\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]$/u;

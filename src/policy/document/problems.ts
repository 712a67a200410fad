import type { Diagnostic, LoadErrorCode } from '../diagnostic.ts';
import { LineIndex } from './line-index.ts';
import type { Span } from './node.ts';

/** How many problems of one file are listed; a hostile file could make hundreds of thousands. */
const MOST_PROBLEMS = 1000;

type Help = string | (() => string | undefined);

/** Collects what is wrong with one file, at spans of its text. */
export class Problems {
  readonly lines: LineIndex;
  readonly #found: Diagnostic[] = [];
  readonly #spans: Span[] = [];
  readonly #seen = new Set<string>();

  constructor(file: string, text: string) {
    this.lines = new LineIndex(file, text);
  }

  /**
   * Adds a problem. One answer a place: the first counts. `part` tells apart several problems of one place,
   * such as two keys missing from one map. Help that takes work to find is a function, and only asked for if it is used.
   */
  add(code: LoadErrorCode, span: Span, message: string, help?: Help, part = ''): void {
    const key = `${String(span.start)} ${String(span.end)} ${part}`;
    if (this.#seen.has(key) || this.full) return;
    this.#seen.add(key);
    this.#spans.push(span);
    const at = this.lines.locate(span);
    const found = typeof help === 'function' ? help() : help;
    this.#found.push({ code, severity: 'error', message, at, ...(found === undefined ? {} : { help: found }) });
  }

  /** Whether a problem already stands inside this stretch, or around it. */
  touches({ start, end }: Span): boolean {
    return this.#spans.some(
      (found) => (found.start >= start && found.end <= end) || (found.start <= start && found.end >= end),
    );
  }

  /** Whether the list is as long as it gets. */
  get full(): boolean {
    return this.#found.length >= MOST_PROBLEMS;
  }

  get count(): number {
    return this.#found.length;
  }

  /** All of them in the order of the text. */
  list(): readonly Diagnostic[] {
    return [...this.#found].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  }
}

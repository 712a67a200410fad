import type { Region } from '../diagnostic.ts';
import type { Span } from './node.ts';

/** Turns offsets of one file into lines and columns: 1-based, columns in UTF-16 code units. */
export class LineIndex {
  readonly #file: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.#file = file;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  locate(span: Span): Region {
    const [line, column] = this.#position(span.start);
    const [endLine, endColumn] = this.#position(Math.max(span.start, span.end));
    return { file: this.#file, line, column, endLine, endColumn };
  }

  #position(offset: number): [line: number, column: number] {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (this.#starts[low] ?? 0) + 1];
  }
}

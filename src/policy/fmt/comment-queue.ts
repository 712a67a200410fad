import { CST, Lexer } from 'yaml';
import { LineIndex } from '../document/line-index.ts';
import type { Trivia } from './layout.ts';

/** A comment with its place: 1-based, columns in UTF-16 code units. */
export interface Comment {
  readonly text: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const PLAIN_SCALAR_FOLLOWS = '\u001f';
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['\u0002', '\u0018', PLAIN_SCALAR_FOLLOWS]);

/**
 * All comments of a text in its order, each taken once by the place it belongs to. A space separates `#` from the
 * words, since a comment without one may be refused where it moves to.
 */
export class CommentQueue {
  readonly #lines: readonly string[];
  readonly #index: LineIndex;
  readonly #comments: readonly Comment[];
  #next = 0;

  constructor(text: string) {
    this.#lines = text.split('\n');
    this.#index = new LineIndex('', text);
    this.#comments = Array.from(commentsIn(text), ([offset, comment]) => ({
      text: comment.trimEnd().replace(/^(#+)(?=[^\s#])/, '$1 '),
      offset,
      ...this.locate(offset),
    }));
  }

  locate(offset: number): { readonly line: number; readonly column: number } {
    const { line, column } = this.#index.locate({ start: offset, end: offset });
    return { line, column };
  }

  /** Takes the next comment if it stands before an offset and fits. */
  takeIf(limit: number, fits: (comment: Comment) => boolean): Comment | undefined {
    const comment = this.#comments[this.#next];
    if (comment === undefined || comment.offset >= limit || !fits(comment)) return undefined;
    this.#next++;
    return comment;
  }

  /** Takes the comments before an offset for as long as they fit, with the blank lines above them. */
  take(limit: number, fits: (comment: Comment) => boolean = () => true): Trivia[] {
    const taken: Trivia[] = [];
    for (let comment = this.takeIf(limit, fits); comment !== undefined; comment = this.takeIf(limit, fits)) {
      taken.push(...this.blankAbove(comment.offset), comment.text);
    }
    return taken;
  }

  /** The blank line above what stands first on its line. */
  blankAbove(offset: number): readonly Trivia[] {
    const { line, column } = this.locate(offset);
    const isBlank = (text: string | undefined): boolean => text?.trim() === '';
    return isBlank(this.#lines[line - 1]?.slice(0, column - 1)) && isBlank(this.#lines[line - 2]) ? [''] : [];
  }
}

function* commentsIn(text: string): Iterable<[offset: number, comment: string]> {
  let offset = 0;
  let scalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (WITHOUT_TEXT.has(lexeme)) {
      scalar = lexeme === PLAIN_SCALAR_FOLLOWS;
      continue;
    }
    if (!scalar && CST.tokenType(lexeme) === 'comment') yield [offset, lexeme];
    offset += lexeme.length;
    scalar = false;
  }
}

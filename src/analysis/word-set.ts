import { Automaton, type Expression, type WordSymbol } from './automaton.ts';

/** How many automata are kept at a time; another one's is made again when it is needed. */
const MOST_KEPT = 300;
const kept: WordSet[] = [];

/** A regular set of words: what it is, always; the automaton that recognises it, for a while. */
export class WordSet {
  readonly #expression: Expression;
  #automaton: Automaton | undefined;

  constructor(expression: Expression) {
    this.#expression = expression;
  }

  automaton(): Automaton {
    if (this.#automaton === undefined) {
      this.#automaton = new Automaton(this.#expression);
      kept.push(this);
      if (kept.length > MOST_KEPT) kept.shift()?.forget();
    }
    return this.#automaton;
  }

  has(word: readonly WordSymbol[]): boolean {
    const automaton = this.automaton();
    return word.reduce((state, symbol) => automaton.step(state, symbol), automaton.start).accepts;
  }

  private forget(): void {
    this.#automaton = undefined;
  }
}

/** One step of a word: a UTF-16 code unit, or a mark of several that stands for something unknown. */
export type WordSymbol = string;
export type SymbolClass = (symbol: WordSymbol) => boolean;

/** A regular expression over symbols. */
export type Expression =
  | { readonly text: readonly WordSymbol[] }
  | { readonly one: SymbolClass }
  | { readonly sequence: readonly Expression[] }
  | { readonly either: readonly Expression[] }
  | { readonly many: Expression };

export function text(value: string): Expression {
  return { text: value.split('') };
}

export function sequence(...parts: readonly Expression[]): Expression {
  return { sequence: parts };
}

/** One or more. */
export function some(part: Expression): Expression {
  return { sequence: [part, { many: part }] };
}

/** What is known after some symbols of a word. */
export interface State {
  readonly id: number;
  readonly accepts: boolean;
  /** No word that begins so is in the set. */
  readonly isDead: boolean;
  /** The symbols named here; all others are told apart by class only. */
  readonly named: readonly WordSymbol[];
  /** The one symbol that leads on, where there is only one. */
  readonly only: WordSymbol | undefined;
}

interface Node {
  readonly edges: { readonly on: WordSymbol | SymbolClass; readonly to: number }[];
  readonly skips: number[];
}

/** A regular set of words. Deterministic; a state is made when it is first reached, and kept. */
export class Automaton {
  readonly #nodes: Node[] = [];
  readonly #final: number;
  readonly #states = new Map<string, State>();
  readonly #members: (readonly number[])[] = [];
  readonly #steps: Map<WordSymbol, State>[] = [];
  readonly start: State;

  constructor(expression: Expression) {
    const first = this.#node();
    this.#final = this.#add(expression, first);
    this.start = this.#state([first]);
  }

  step(from: State, symbol: WordSymbol): State {
    const steps = this.#steps[from.id];
    const known = steps?.get(symbol);
    if (known !== undefined) return known;
    const reached = (this.#members[from.id] ?? []).flatMap((node) =>
      (this.#nodes[node]?.edges ?? [])
        .filter(({ on }) => (typeof on === 'string' ? on === symbol : on(symbol)))
        .map(({ to }) => to),
    );
    const next = this.#state(reached);
    steps?.set(symbol, next);
    return next;
  }

  #node(): number {
    return this.#nodes.push({ edges: [], skips: [] }) - 1;
  }

  /** Adds an expression that begins at a node, and returns the node where it ends. */
  #add(expression: Expression, from: number): number {
    if ('text' in expression) {
      return expression.text.reduce((at, symbol) => this.#edge(at, symbol), from);
    }
    if ('one' in expression) return this.#edge(from, expression.one);
    if ('sequence' in expression) return expression.sequence.reduce((at, part) => this.#add(part, at), from);
    if ('either' in expression) {
      const end = this.#node();
      for (const part of expression.either) this.#nodes[this.#add(part, this.#skip(from))]?.skips.push(end);
      return end;
    }
    const loop = this.#skip(from);
    this.#nodes[this.#add(expression.many, this.#skip(loop))]?.skips.push(loop);
    return this.#skip(loop);
  }

  #edge(from: number, on: WordSymbol | SymbolClass): number {
    const to = this.#node();
    this.#nodes[from]?.edges.push({ on, to });
    return to;
  }

  #skip(from: number): number {
    const to = this.#node();
    this.#nodes[from]?.skips.push(to);
    return to;
  }

  #state(reached: readonly number[]): State {
    const nodes = new Set(reached);
    for (const node of nodes) for (const next of this.#nodes[node]?.skips ?? []) nodes.add(next);
    const members = [...nodes].sort((a, b) => a - b);
    const key = members.join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const edges = members.flatMap((node) => this.#nodes[node]?.edges ?? []);
    const named = [...new Set(edges.map(({ on }) => on).filter((on) => typeof on === 'string'))];
    const state: State = {
      id: this.#members.length,
      accepts: nodes.has(this.#final),
      isDead: members.length === 0,
      named,
      only: named.length === 1 && edges.every(({ on }) => typeof on === 'string') ? named[0] : undefined,
    };
    this.#states.set(key, state);
    this.#members.push(members);
    this.#steps.push(new Map());
    return state;
  }
}

import type { State, WordSymbol } from './automaton.ts';
import type { WordSet } from './word-set.ts';

export type Word = readonly WordSymbol[];

/** The most states a search may see before it gives up. */
const MOST_STATES = 20_000;

/** Symbols to stand for "any other": whichever is not named where it is needed. All but the last few may be in ids. */
const OTHERS: readonly WordSymbol[] =
  'xyzabcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-~.éèêëüûïîøåæñ'.split('');

interface Visit {
  readonly inner: readonly State[];
  readonly outer: readonly State[];
  readonly symbol?: WordSymbol;
  readonly before?: Visit;
}

/** A shortest word that is in all of some sets and in none of others: exact, but for a search that grows too large. */
export function findWord(inAll: readonly WordSet[], inNone: readonly WordSet[] = []): Word | 'none' | 'undecided' {
  const within = inAll.map((set) => set.automaton());
  const outside = inNone.map((set) => set.automaton());
  const first: Visit = { inner: within.map(({ start }) => start), outer: outside.map(({ start }) => start) };
  if (first.inner.some(({ isDead }) => isDead)) return 'none';
  const seen = new Set([keyOf(first)]);
  const queue = [first];
  for (const visit of queue) {
    const { inner, outer } = visit;
    if (inner.every(({ accepts }) => accepts) && !outer.some(({ accepts }) => accepts)) return wordOf(visit);
    for (const symbol of symbolsAt(inner, outer)) {
      const next: Visit = {
        inner: inner.map((state, i) => within[i]?.step(state, symbol) ?? state),
        outer: outer.map((state, i) => outside[i]?.step(state, symbol) ?? state),
        symbol,
        before: visit,
      };
      if (next.inner.some(({ isDead }) => isDead)) continue;
      const key = keyOf(next);
      if (seen.has(key)) continue;
      if (seen.size >= MOST_STATES) return 'undecided';
      seen.add(key);
      queue.push(next);
    }
  }
  return 'none';
}

/** INVARIANT: every symbol left out leads nowhere, or behaves in these states like one of those returned. */
function symbolsAt(inner: readonly State[], outer: readonly State[]): Iterable<WordSymbol> {
  for (const { only } of inner) if (only !== undefined) return [only];
  const named = new Set<WordSymbol>(['/']);
  for (const state of inner) for (const symbol of state.named) named.add(symbol);
  for (const state of outer) for (const symbol of state.named) named.add(symbol);
  const other = OTHERS.find((symbol) => !named.has(symbol));
  return other === undefined ? named : [other, ...named];
}

function keyOf({ inner, outer }: Visit): string {
  let key = '';
  for (const { id } of inner) key += `${id},`;
  for (const { id } of outer) key += `${id},`;
  return key;
}

function wordOf(last: Visit): Word {
  const symbols: WordSymbol[] = [];
  for (let visit: Visit | undefined = last; visit?.symbol !== undefined; visit = visit.before)
    symbols.push(visit.symbol);
  return symbols.reverse();
}

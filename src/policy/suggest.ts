import { quote } from './quote.ts';

/** The candidate nearest to a word, where one is near enough to be meant: at most `most` edits. Without regard to case. */
export function nearest(word: string, candidates: Iterable<string>, most: number = Infinity): string | undefined {
  let best: string | undefined;
  let least = Math.min(word.length, Math.max(1, Math.floor(word.length / 3)) + 1, most + 1);
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** More candidates than this are not looked through. */
const MOST_CANDIDATES = 256;

/** `did you mean …?`, or the candidates where none is near and they are few. Of a word only 64 characters are compared. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  if (all.length > MOST_CANDIDATES) return undefined;
  const near = nearest(word.slice(0, 64), all);
  if (near !== undefined) return `did you mean ${quote(near)}?`;
  return all.length === 0 || all.length > 12 ? undefined : `known are ${all.map((name) => quote(name)).join(', ')}`;
}

/** Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours count one each. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  let before = previous;
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current[j] = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}

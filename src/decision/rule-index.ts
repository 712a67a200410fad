import type { Claims } from '../policy/subject/scheme.ts';
import { claimAt } from './claim-condition.ts';
import { extendKey, hashScalar, hashText } from './key-hash.ts';
import type { PostingTable } from './posting-table.ts';

/** What rules are looked up by. */
export interface Whereabouts {
  /** The audiences of a token that count. */
  readonly audiences: readonly string[];
  /** The path of its principal, in segments as they are compared. */
  readonly path: readonly string[];
  readonly claims: Claims;
}

/**
 * A place where more than a few rules stand. Those with an equality on a claim are filed under its values instead, and
 * found by what the token says.
 */
export interface Crowd {
  readonly claims: readonly { readonly steps: readonly string[]; readonly hash: number }[];
  /** The first enforced allows by id, by the exact name of the place, since places may share a key. */
  readonly firstAllows: ReadonlyMap<string, readonly number[]>;
}

/**
 * Finds the rules of one issuer that may apply, in time that does not depend on how many there are. A rule stands at the
 * place of each of its subjects: its audience, if it names any, and those segments of the pattern that have no
 * wildcard. What is found holds every rule that applies, in the order of ids, and few others.
 */
export class RuleIndex {
  readonly #postings: PostingTable;
  /** Which segments rules ask for: a bit a segment. */
  readonly #masks: readonly number[];
  readonly #crowds: ReadonlyMap<number, Crowd>;
  readonly #namesAudiences: boolean;

  constructor(
    postings: PostingTable,
    masks: readonly number[],
    crowds: ReadonlyMap<number, Crowd>,
    namesAudiences: boolean,
  ) {
    this.#postings = postings;
    this.#masks = masks;
    this.#crowds = crowds;
    this.#namesAudiences = namesAudiences;
  }

  /** Numbers of rules, ascending and each once. */
  find({ audiences, path, claims }: Whereabouts): readonly number[] {
    const found: number[] = [];
    const segments = path.map(hashText);
    for (const name of this.#namesAudiences ? [undefined, ...audiences] : [undefined]) {
      const audience = audienceKey(name);
      for (const mask of this.#masks) {
        if (asksBeyond(mask, segments.length)) continue;
        const key = placeKey(audience, mask, segments);
        this.#postings.collect(key, found);
        const crowd = this.#crowds.get(key);
        if (crowd !== undefined) this.#collectByClaims(crowd, key, claims, found);
      }
    }
    return ascending(found);
  }

  /** Of each place the first enforced allows that stand there, whatever their claims: to name in a denial. */
  firstAllows({ audiences, path }: Whereabouts): readonly number[] {
    const found: number[] = [];
    const segments = path.map(hashText);
    for (const name of [undefined, ...audiences]) {
      for (const mask of this.#masks) {
        const crowd = this.#crowds.get(placeKey(audienceKey(name), mask, segments));
        found.push(...(crowd?.firstAllows.get(placeName(name, mask, path)) ?? []));
      }
    }
    return ascending(found);
  }

  #collectByClaims({ claims: looked }: Crowd, place: number, claims: Claims, found: number[]): void {
    for (const { steps, hash } of looked) {
      const value = hashScalar(claimAt(claims, steps));
      if (value !== undefined) this.#postings.collect(claimKey(place, hash, value), found);
    }
  }
}

/** How many segments a place can ask for; what a pattern says beyond is left to the rule itself. */
export const MOST_SEGMENTS = 30;

/** What asks for a segment that is not there finds nothing; not to look saves reading memory far away. */
function asksBeyond(mask: number, segments: number): boolean {
  return segments < MOST_SEGMENTS && mask >= 1 << segments;
}

/** The key of an audience, or of rules that name none. */
export function audienceKey(name: string | undefined): number {
  return name === undefined ? 0 : hashText(name);
}

/** The key of a place: an audience and the hashes of the segments that the mask asks for. */
export function placeKey(audience: number, mask: number, segments: readonly number[]): number {
  let key = extendKey(audience, mask);
  for (let i = 0; mask >>> i !== 0; i++) {
    if (((mask >>> i) & 1) === 1) key = extendKey(key, segments[i] ?? 0);
  }
  return key;
}

/** What `placeKey` is the hash of. */
export function placeName(audience: string | undefined, mask: number, path: readonly string[]): string {
  return JSON.stringify([audience ?? null, mask, path.filter((_, i) => ((mask >>> i) & 1) === 1)]);
}

export function claimKey(place: number, claim: number, value: number): number {
  return extendKey(extendKey(place, claim), value);
}

/** Sorts numbers and takes out what comes twice. Few come at a time, so they are sorted by insertion. */
function ascending(numbers: number[]): readonly number[] {
  if (numbers.length > 32) return [...new Set(numbers)].sort((a, b) => a - b);
  let length = 0;
  for (const number of numbers) {
    let at = length;
    while (at > 0 && (numbers[at - 1] ?? 0) > number) at -= 1;
    if (at > 0 && numbers[at - 1] === number) continue;
    numbers.copyWithin(at + 1, at, length);
    numbers[at] = number;
    length += 1;
  }
  numbers.length = length;
  return numbers;
}

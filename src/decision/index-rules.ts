import type { SubjectPattern } from '../policy/policy.ts';
import type { RecordedRule } from '../policy/records.ts';
import { hashScalar, hashText } from './key-hash.ts';
import { Postings, PostingTable } from './posting-table.ts';
import { audienceKey, claimKey, type Crowd, MOST_SEGMENTS, placeKey, placeName, RuleIndex } from './rule-index.ts';

/** How many rules of one place a denial names at the most. */
export const MOST_NAMED = 10;

/** From how many rules of one place on they are looked up by a claim instead of asked one by one. */
const FEW = 8;

/** Splits a path, or a pattern for paths, into segments as they are compared. */
export type Split = (path: string) => readonly string[];

/** Yields a rule by its number. Rules are read again when they are needed, and never all held at once. */
export type RuleReader = (number: number) => RecordedRule;

/** Files the rules of one issuer under their places, then makes the index of them. */
export class IndexDraft {
  readonly #split: Split;
  readonly #filed = new Postings();
  readonly #masks = new Set<number>();
  #namesAudiences = false;

  constructor(split: Split) {
    this.#split = split;
  }

  /** Rules must come in the order of their numbers. */
  add(number: number, rule: RecordedRule): void {
    this.#namesAudiences ||= rule.when.audiences !== undefined;
    for (const { key, mask } of placesOf(rule, this.#split)) {
      this.#masks.add(mask);
      this.#filed.add(key, number);
    }
  }

  seal(rule: RuleReader): RuleIndex {
    const masks = [...this.#masks];
    const plain = new PostingTable(this.#filed);
    const crowded = new Set(plain.crowded(FEW));
    if (crowded.size === 0) return new RuleIndex(plain, masks, new Map(), this.#namesAudiences);
    const filed = this.#filed.without(crowded);
    const crowds = new Map<number, Crowd>();
    for (const key of crowded) {
      const numbers: number[] = [];
      plain.collect(key, numbers);
      crowds.set(key, this.#disperse(key, numbers, rule, filed));
    }
    return new RuleIndex(new PostingTable(filed), masks, crowds, this.#namesAudiences);
  }

  /** Files the rules of a crowd under claims where they have an equality, and notes who stood there. */
  #disperse(key: number, numbers: readonly number[], read: RuleReader, filed: Postings): Crowd {
    const shares = countShares(numbers, read);
    const looked = new Map<string, Crowd['claims'][number]>();
    const firstAllows = new Map<string, number[]>();
    for (const number of numbers) {
      const rule = read(number);
      if (rule.effect === 'allow' && rule.mode === 'enforce') this.#note(key, number, rule, firstAllows);
      const equality = mostSelective(rule, shares);
      if (equality === undefined) {
        filed.add(key, number);
        continue;
      }
      const hash = hashText(equality.key);
      looked.set(equality.key, { steps: equality.steps, hash });
      for (const value of new Set(equality.values.map((one) => hashScalar(one))))
        filed.add(claimKey(key, hash, value), number);
    }
    return { claims: [...looked.values()], firstAllows };
  }

  #note(key: number, number: number, rule: RecordedRule, firstAllows: Map<string, number[]>): void {
    for (const place of placesOf(rule, this.#split)) {
      if (place.key !== key) continue;
      const name = placeName(place.audience, place.mask, place.path);
      const first = firstAllows.get(name) ?? [];
      firstAllows.set(name, first);
      if (first.length < MOST_NAMED && first.at(-1) !== number) first.push(number);
    }
  }
}

/** A place that a rule stands at. */
interface Spot {
  readonly key: number;
  readonly mask: number;
  readonly audience: string | undefined;
  readonly path: readonly string[];
}

/** Every place that a rule stands at: one for each audience and each subject. */
function placesOf({ when: { audiences, subjects } }: RecordedRule, split: Split): readonly Spot[] {
  const places: Spot[] = [];
  for (const subject of subjects ?? [undefined]) {
    const path = subject === undefined ? [] : split(textOf(subject));
    const mask = subject === undefined ? 0 : maskOf(path, 'glob' in subject);
    const segments = path.map(hashText);
    for (const audience of audiences ?? [undefined]) {
      places.push({ key: placeKey(audienceKey(audience), mask, segments), mask, audience, path });
    }
  }
  return places;
}

/** Which segments of a pattern are asked for as they stand: a bit a segment. */
function maskOf(path: readonly string[], isGlob: boolean): number {
  if (!isGlob) return (1 << Math.min(path.length, MOST_SEGMENTS)) - 1;
  return path.slice(0, MOST_SEGMENTS).reduce((mask, segment, i) => (segment.includes('*') ? mask : mask | (1 << i)), 0);
}

function textOf(subject: SubjectPattern): string {
  return 'prefix' in subject ? subject.prefix : 'equals' in subject ? subject.equals : subject.glob;
}

type Scalar = string | number | boolean;

interface Equality {
  readonly key: string;
  readonly steps: readonly string[];
  readonly values: readonly Scalar[];
}

/** How many rules of a crowd share each value of each claim. */
type Shares = ReadonlyMap<string, ReadonlyMap<Scalar, number>>;

function countShares(numbers: readonly number[], read: RuleReader): Shares {
  const shares = new Map<string, Map<Scalar, number>>();
  for (const number of numbers) {
    for (const { key, values } of equalities(read(number))) {
      const byValue = shares.get(key) ?? new Map<Scalar, number>();
      shares.set(key, byValue);
      for (const value of values) byValue.set(value, (byValue.get(value) ?? 0) + 1);
    }
  }
  return shares;
}

/** The claim whose values a rule shares with the fewest others; of several the one that tells most rules apart. */
function mostSelective(rule: RecordedRule, shares: Shares): Equality | undefined {
  const rank = ({ key, values }: Equality): readonly [shared: number, apart: number] => {
    const byValue = shares.get(key) ?? new Map<Scalar, number>();
    return [Math.max(...values.map((value) => byValue.get(value) ?? 0)), -byValue.size];
  };
  let best: Equality | undefined;
  let least: readonly [number, number] = [Infinity, 0];
  for (const equality of equalities(rule)) {
    const [shared, apart] = rank(equality);
    if (shared < least[0] || (shared === least[0] && apart < least[1])) [best, least] = [equality, [shared, apart]];
  }
  return best;
}

function equalities({ when: { claims } }: RecordedRule): readonly Equality[] {
  return claims.flatMap(({ key, steps, matcher }) =>
    'oneOf' in matcher ? [{ key, steps, values: matcher.oneOf }] : [],
  );
}

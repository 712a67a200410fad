import { MOST_AUDIENCES } from '../decision/audience.ts';
import { knownOptions, mustBe } from './known-options.ts';

/** What a token may cost before its signature holds. Anybody can send one, so every bound is checked before use. */
export interface TokenLimits {
  /** Length of the whole token, in bytes. */
  readonly tokenBytes: number;
  /** Length of the decoded header, in bytes. */
  readonly headerBytes: number;
  /** Members of the claims set, not counting nested ones. */
  readonly claims: number;
  /** Levels of nesting of header and claims; the object itself is the first. */
  readonly depth: number;
  /** Length of any string value in the claims, in bytes of UTF-8. */
  readonly stringBytes: number;
  /** Members of an `aud` array. */
  readonly audiences: number;
}

export const defaultTokenLimits: TokenLimits = Object.freeze({
  tokenBytes: 16_384,
  headerBytes: 4_096,
  claims: 256,
  depth: 16,
  stringBytes: 4_096,
  audiences: MOST_AUDIENCES,
});

/** Bounds of the bounds: past these the code behind would be asked for more than it promises. */
const most: TokenLimits = {
  tokenBytes: 1_048_576,
  headerBytes: 1_048_576,
  claims: 65_536,
  depth: 64,
  stringBytes: 1_048_576,
  audiences: MOST_AUDIENCES,
};

/** Completes limits with the defaults. Throws a `TypeError` for unknown names and for values out of range. */
export function tokenLimits(given: Partial<TokenLimits> = {}): TokenLimits {
  const names = Object.keys(most) as (keyof TokenLimits)[];
  knownOptions('limits', given, names);
  const limits: Record<keyof TokenLimits, number> = { ...defaultTokenLimits };
  for (const name of names) {
    const value = given[name];
    if (value === undefined) continue;
    const holds = Number.isSafeInteger(value) && value >= 1 && value <= most[name];
    mustBe(holds, `limits.${name}`, `a whole number from 1 to ${String(most[name])}`);
    limits[name] = value;
  }
  return Object.freeze(limits);
}

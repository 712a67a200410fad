import type { Random } from './random.ts';

/** One reader of foreign text, and what must hold of it whatever the text. */
export interface Target {
  /** A text: what a grammar makes, or a good one changed in a few places. */
  readonly draw: (random: Random) => string;
  /** Throws where something does not hold; returns whether the text was accepted. */
  readonly check: (text: string) => boolean;
}

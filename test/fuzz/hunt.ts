import { Random } from './random.ts';
import type { Target } from './target.ts';

export interface Crash {
  /** Draws this text again. */
  readonly seed: number;
  /** The least part found of the text drawn that still does not hold. */
  readonly text: string;
  readonly error: unknown;
}

/** Tries the texts of seeds from `from` to before `to`, up to the first that does not hold; counts those accepted. */
export function hunt(target: Target, from: number, to: number): { accepted: number; crash?: Crash } {
  let accepted = 0;
  for (let seed = from; seed < to; seed++) {
    const text = target.draw(new Random(seed));
    const error = failure(() => (accepted += target.check(text) ? 1 : 0));
    if (error === undefined) continue;
    const least = shrink(text, (part) => messageOf(failure(() => target.check(part))) === messageOf(error));
    return { accepted, crash: { seed, text: least, error } };
  }
  return { accepted };
}

function failure(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing was thrown, but something was');
  }
}

/** What stays the same of an error while its text becomes shorter. */
function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message.replaceAll(/[^a-zA-Z ].*$/gs, '') : undefined;
}

const MOST_TRIES = 5_000;

/** Takes out halves, quarters and so on, for as long as what is left fails alike. */
function shrink(text: string, fails: (text: string) => boolean): string {
  let least = text;
  let tries = 0;
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length && tries < MOST_TRIES; tries++) {
      const shorter = least.slice(0, at) + least.slice(at + size);
      if (fails(shorter)) least = shorter;
      else at += size;
    }
  }
  return least;
}

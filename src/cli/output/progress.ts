import type { Output } from './terminal.ts';

/** Milliseconds before anything is shown, and between two updates. */
const FIRST = 500;
const BETWEEN = 100;

export interface Progress {
  readonly tell: (done: number, total: number) => void;
  /** Takes the line away again. */
  readonly end: () => void;
}

/** One line on a terminal that says how far a long run has come; nothing where nobody is looking. */
export function progressOn(err: Output, what: string): Progress {
  if (!err.interactive) return { tell: () => undefined, end: () => undefined };
  let next = performance.now() + FIRST;
  let shown = false;
  return {
    tell: (done, total) => {
      const now = performance.now();
      if (now < next) return;
      next = now + BETWEEN;
      shown = true;
      err.write(`\r\u001b[2K${what} ${String(done)} of ${String(total)}`);
    },
    end: () => {
      if (shown) err.write('\r\u001b[2K');
      shown = false;
    },
  };
}

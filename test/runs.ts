/** How often a law is tried: as `COUNTERSIGN_RUNS` says, and without it as often as the tests of every change pay for. */
export function runsOf(inCi = 2_000): number {
  const given = process.env['COUNTERSIGN_RUNS'];
  if (given === undefined) return inCi;
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw new TypeError(`COUNTERSIGN_RUNS is a whole number from 1 to 999999999, and not \`${given}\``);
  }
  return Number(given);
}

/** Milliseconds that so many runs of a law that waits may take. One that does not wait is never cut short. */
export function timeFor(runs: number): number {
  return Math.min(60_000 + 100 * runs, 2 ** 31 - 1);
}

// @ts-check
/**
 * One figure: what was measured, at which size where sizes are compared, and how it compares with the baseline.
 * @typedef {{ series: string, x?: number, value: number, unit: string, ratio?: number }} Row
 */

/**
 * What the plot shows: sizes along `x`, values along `y`; bars where the rows have no sizes.
 * @typedef {{ x?: string, y: string, logX?: boolean, logY?: boolean }} Axes
 */

/**
 * A file `bench/<name>.bench.js` exports one of these as `benchmark`. `rounds` is how often each series is measured,
 * unless the command line says otherwise; `run` yields rows in the order they are to be shown.
 * @typedef {{
 *   title: string,
 *   axes: Axes,
 *   rounds: number,
 *   run: (context: import('./context.js').Context) => AsyncIterable<Row>,
 * }} Benchmark
 */

/**
 * What came of a benchmark.
 * @typedef {{ title: string, axes: Axes, rounds: number, rows: readonly Row[], missing: readonly string[] }} Result
 */

export {};

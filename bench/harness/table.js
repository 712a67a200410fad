// @ts-check
import { inDigits } from './statistics.js';

/** @typedef {import('./benchmark.js').Result} Result */

/**
 * Where and when something was measured.
 * @typedef {{ date: string, node: string, cpu: string }} Machine
 */

/**
 * The results of a benchmark in Markdown, below the plot of the same name.
 * @param {string} name
 * @param {Result} result
 * @param {Machine} machine
 */
export function toMarkdown(name, { title, axes, rounds, rows, missing }, { date, node, cpu }) {
  const hasSizes = rows.some(({ x }) => x !== undefined);
  const head = ['series', ...(hasSizes ? [axes.x ?? 'size'] : []), axes.y, 'ratio'];
  const cells = rows.map(({ series, x, value, unit, ratio }) => [
    series.replaceAll('|', '\\|'),
    ...(hasSizes ? [x === undefined ? '' : x.toLocaleString('en-US')] : []),
    `${inDigits(value)} ${unit}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
  ]);
  const absent = missing.map((peer) => [
    peer,
    ...(hasSizes ? [''] : []),
    'not installed: `npm install --prefix bench`',
    '',
  ]);
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...cells, ...absent];
  return `# ${title}

![${title}](${name}.svg)

${lines.map((line) => `| ${line.join(' | ')} |\n`).join('')}
Medians of ${String(rounds)} interleaved rounds. ${date}, Node ${node}, ${cpu}.
`;
}

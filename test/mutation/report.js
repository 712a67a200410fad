// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What became of the mutants of one file.
 * @typedef {object} Row
 * @property {number} mutants All that were tried.
 * @property {number} killed By a failing test, or by one that did not come to an end.
 * @property {string} commit
 * @property {string} date
 */

const ROW = /^\| `(src\/[^`]+\.ts)` \| (\d+) \| (\d+) \| \d+ \| [\d.]+ % \| ([0-9a-f]+) \| (\S+) \|$/gm;

/**
 * The rows of an earlier report, by file.
 * @param {string} path
 * @returns {Map<string, Row>}
 */
export function readReport(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return new Map(
    [...text.matchAll(ROW)].map(([, file = '', mutants, killed, commit = '', date = '']) => [
      file,
      { mutants: Number(mutants), killed: Number(killed), commit, date },
    ]),
  );
}

/**
 * Counts by file. Mutants of what runs but once, when a module loads, are not tried, and not counted.
 * @template {{ status: string }} T
 * @param {readonly T[]} results
 * @param {(result: T) => string} fileOf
 */
export function tally(results, fileOf) {
  /** @type {Map<string, { mutants: number, killed: number }>} */
  const files = new Map();
  for (const result of results) {
    const isKilled = result.status === 'Killed' || result.status === 'Timeout';
    if (!isKilled && result.status !== 'Survived' && result.status !== 'NoCoverage') continue;
    const row = files.get(fileOf(result)) ?? { mutants: 0, killed: 0 };
    files.set(fileOf(result), { mutants: row.mutants + 1, killed: row.killed + (isKilled ? 1 : 0) });
  }
  return files;
}

/**
 * A report of the rows of earlier runs and of this one.
 * @param {ReadonlyMap<string, Row>} earlier
 * @param {ReadonlyMap<string, { mutants: number, killed: number }>} files
 * @param {{ commit: string, date: string }} stamp
 */
export function writeReport(earlier, files, stamp) {
  const rows = new Map(earlier);
  for (const [file, counts] of files) rows.set(file, { ...counts, ...stamp });
  const sorted = [...rows].sort(([a], [b]) => (dirname(a) + a < dirname(b) + b ? -1 : 1));
  /** @type {Map<string, { mutants: number, killed: number }>} */
  const folders = new Map();
  for (const [file, { mutants, killed }] of sorted) {
    const sum = folders.get(dirname(file)) ?? { mutants: 0, killed: 0 };
    folders.set(dirname(file), { mutants: sum.mutants + mutants, killed: sum.killed + killed });
  }
  const cells = (/** @type {{ mutants: number, killed: number }} */ { mutants, killed }) =>
    [mutants, killed, mutants - killed, `${((killed / mutants) * 100).toFixed(1)} %`].join(' | ');
  return `# Mutants of our own sources

Written by \`npm run test:mutation\`. Every survivor is listed with its reason in
[survivors](survivors): \`was\` is what the sources say, \`becomes\` what the change makes of it. Any other survivor fails that command,
and so does an entry that nothing needs.

| folder | mutants | killed | survived | score |
| --- | --: | --: | --: | --: |
${[...folders].map(([folder, sum]) => `| \`${folder}\` | ${cells(sum)} |\n`).join('')}
| file | mutants | killed | survived | score | commit | date |
| --- | --: | --: | --: | --: | --- | --- |
${sorted.map(([file, row]) => `| \`${file}\` | ${cells(row)} | ${row.commit} | ${row.date} |\n`).join('')}`;
}

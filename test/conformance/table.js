// @ts-check
import { judge } from './judge.js';
import { sections } from './read-entries.js';

/** @typedef {{ tried: number, held: number, notApplicable: number, lost: string[] }} Tally */

/**
 * What became of the entries of each section, one adapter after another.
 * @param {readonly import('./read-entries.js').Entry[]} entries
 * @param {readonly import('./judge.js').Adapter[]} adapters
 */
export async function tally(entries, adapters) {
  const tallies = /** @type {Map<string, Map<string, Tally>>} */ (new Map());
  for (const adapter of adapters) {
    const bySection = new Map(sections.map((section) => [section, empty()]));
    for (const entry of entries) {
      const counts = bySection.get(entry.section) ?? empty();
      const outcome = await judge(entry, adapter);
      if ('notApplicable' in outcome) counts.notApplicable += 1;
      else {
        counts.tried += 1;
        if (outcome.held) counts.held += 1;
        else counts.lost.push(entry.id);
      }
    }
    tallies.set(adapter.name, bySection);
  }
  return tallies;
}

/** @returns {Tally} */
const empty = () => ({ tried: 0, held: 0, notApplicable: 0, lost: [] });

/** @param {Iterable<Tally>} tallies @returns {Tally} */
function sum(tallies) {
  const total = empty();
  for (const { tried, held, notApplicable, lost } of tallies) {
    total.tried += tried;
    total.held += held;
    total.notApplicable += notApplicable;
    total.lost.push(...lost);
  }
  return total;
}

/** @param {Map<string, Map<string, Tally>>} tallies */
function rows(tallies) {
  const names = [...tallies.keys()];
  const cell = (/** @type {Tally} */ { tried, held }) => (tried === 0 ? '–' : `${held} / ${tried}`);
  const lines = sections.map((section) => [
    section.replaceAll('-', ' '),
    ...names.map((name) => cell(tallies.get(name)?.get(section) ?? empty())),
  ]);
  const totals = names.map((name) => sum(tallies.get(name)?.values() ?? []));
  return [
    ['held / tried', ...names],
    ...lines,
    ['all', ...totals.map(cell)],
    ['do not apply', ...totals.map(({ notApplicable }) => String(notApplicable))],
  ];
}

/** @param {Map<string, Map<string, Tally>>} tallies */
export function toMarkdown(tallies) {
  const [head = [], ...body] = rows(tallies);
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...body];
  return lines.map((line) => `| ${line.join(' | ')} |\n`).join('');
}

/** The same in columns, and below it which entries each lost. @param {Map<string, Map<string, Tally>>} tallies */
export function toText(tallies) {
  const lines = rows(tallies);
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (/** @type {string} */ text, /** @type {number} */ i) =>
    i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  const table = lines.map((line) => `${line.map(pad).join('  ')}\n`).join('');
  const losses = [...tallies].map(([name, bySection]) => [name, sum(bySection.values()).lost.join(' ')]);
  return `${table}\n${losses.map(([name, lost]) => `not held by ${name}: ${lost || 'none'}\n`).join('')}`;
}

// @ts-check
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { median } from './statistics.js';

/** @typedef {import('./benchmark.js').Row} Row */

/**
 * Does a piece of work once and gives what it measured, a number in the unit of its benchmark.
 * @typedef {() => number | Promise<number>} Measure
 */

/** What a benchmark is given to run with. */
export class Context {
  /** How often each series is measured. */
  rounds;
  /** @type {Set<string>} Peers that were asked for and are not installed. */
  missing = new Set();
  #folder;

  /**
   * @param {number} rounds
   * @param {string} folder where peers are installed
   */
  constructor(rounds, folder) {
    this.rounds = rounds;
    this.#folder = folder;
  }

  /**
   * The module of a peer, or `undefined` where it is not installed, which the results say.
   * @param {string} name
   * @returns {Promise<any>}
   */
  async peer(name) {
    const require = createRequire(`${this.#folder}/package.json`);
    let path;
    try {
      path = require.resolve(name);
    } catch {
      this.missing.add(name);
      return undefined;
    }
    return import(pathToFileURL(path).href);
  }

  /**
   * Measures several series side by side: each once a round, every round beginning with another, so that a machine that
   * speeds up or slows down does so for all of them. One round before the first is not counted.
   * @param {Readonly<Record<string, Measure>>} series
   * @returns {Promise<Record<string, number[]>>}
   */
  async measure(series) {
    const entries = Object.entries(series);
    const samples = Object.fromEntries(entries.map(([name]) => [name, /** @type {number[]} */ ([])]));
    for (const [, once] of entries) await once();
    for (let round = 0; round < this.rounds; round++) {
      for (let turn = 0; turn < entries.length; turn++) {
        const entry = entries[(round + turn) % entries.length];
        if (entry !== undefined) samples[entry[0]]?.push(await entry[1]());
      }
    }
    return samples;
  }

  /**
   * A row for each series: its median, and how many times the baseline's that is.
   * @param {Readonly<Record<string, readonly number[]>>} samples
   * @param {{ unit: string, baseline?: string, x?: number }} options
   * @returns {Row[]}
   */
  rows(samples, { unit, baseline, x }) {
    const medians = Object.entries(samples).map(([series, values]) => ({ series, value: median(values) }));
    const one = baseline === undefined ? undefined : medians.find(({ series }) => series === baseline)?.value;
    if (baseline !== undefined && one === undefined) throw new TypeError(`there is no series \`${baseline}\``);
    return medians.map(({ series, value }) => ({
      series,
      ...(x === undefined ? {} : { x }),
      value,
      unit,
      ...(one === undefined ? {} : { ratio: value / one }),
    }));
  }
}

/**
 * Milliseconds that some work takes.
 * @param {() => unknown} work
 */
export async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/**
 * A change that no test notices. It is known by its text, so that lines above it may come and go.
 * @typedef {object} Survivor
 * @property {string} file
 * @property {string} was The lines changed, in one.
 * @property {string} becomes
 * @property {string} [reason] Why no test can notice, or need not.
 */

/**
 * The survivors listed in the files of a folder. Throws where an entry lacks a member, a reason above all.
 * @param {string} folder
 */
export function readSurvivors(folder) {
  return readdirSync(folder).flatMap((file) => readList(join(folder, file)));
}

/**
 * @param {string} path
 * @returns {Survivor[]}
 */
function readList(path) {
  /** @type {unknown} */
  const list = parse(readFileSync(path, 'utf8')) ?? [];
  if (!Array.isArray(list)) throw new Error(`${path}: expected a list`);
  for (const entry of list) {
    const missing = ['file', 'was', 'becomes', 'reason'].filter(
      (key) => !(typeof entry[key] === 'string' && entry[key] !== ''),
    );
    if (missing.length > 0)
      throw new Error(`${path}: an entry without ${missing.join(', ')}: ${JSON.stringify(entry)}`);
  }
  return list;
}

/**
 * What a mutant does to the lines it is on. Lines and columns are 1-based.
 * @param {string} text The whole source.
 * @param {Pick<import('@stryker-mutator/api/core').MutantResult, 'location' | 'replacement'>} mutant
 */
export function describeChange(text, { location: { start, end }, replacement = '' }) {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  const before = (lines[0] ?? '').slice(0, start.column - 1);
  const after = (lines.at(-1) ?? '').slice(end.column - 1);
  return { was: inOneLine(lines.join('\n')), becomes: inOneLine(`${before}${replacement}${after}`) };
}

/**
 * The survivors found that are not listed, and those listed that are not found in files that were tried.
 * @param {readonly Survivor[]} listed
 * @param {readonly Survivor[]} found
 * @param {ReadonlySet<string>} tried
 */
export function compareSurvivors(listed, found, tried) {
  const known = new Set(listed.map(keyOf));
  const alive = new Set(found.map(keyOf));
  return {
    unlisted: found.filter((one) => !known.has(keyOf(one))),
    stale: listed.filter((one) => tried.has(one.file) && !alive.has(keyOf(one))),
  };
}

/**
 * An entry to complete with a reason.
 * @param {Survivor} survivor
 */
export function writeSurvivor(survivor) {
  return stringify([{ ...survivor, reason: '' }], { lineWidth: 0 }).trimEnd();
}

/** @param {Survivor} survivor */
function keyOf({ file, was, becomes }) {
  return JSON.stringify([file, was, becomes]);
}

/** @param {string} text */
function inOneLine(text) {
  return text.replaceAll(/\s+/g, ' ').trim();
}

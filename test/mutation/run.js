// @ts-check
// Changes our own sources one place at a time and looks whether a test notices: `npm run test:mutation [-- GROUP|SOURCE...]`.
// Writes report.md beside it; fails where a change survives that survivors/GROUP.yaml does not explain.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { minimatch } from 'minimatch';
import { groups } from './groups.js';
import { readReport, tally, writeReport } from './report.js';
import { compareSurvivors, describeChange, readSurvivors, writeSurvivor } from './survivors.js';

/** @typedef {import('@stryker-mutator/api/core').MutantResult} MutantResult */

const root = join(import.meta.dirname, '../..');
const REPORT = join(import.meta.dirname, 'report.md');
const SURVIVORS = join(import.meta.dirname, 'survivors');
/** Runs of each law: enough for the mutants they are to kill, few enough for thousands of mutants. */
const RUNS = '40';

process.chdir(root);
const testFiles = filesOf('test');
const forgotten = ['src/policy', 'src/decision', 'src/token']
  .flatMap(filesOf)
  .filter((file) => file.endsWith('.ts') && !file.includes('/generated/') && groupOf(file) === undefined);
if (forgotten.length > 0) {
  console.error(`no group changes ${forgotten.join(', ')}`);
  process.exit(2);
}
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(groups, name) && groupOf(name) === undefined);
if (unknown.length > 0) {
  console.error(`no group or source: ${unknown.join(', ')}; groups are ${Object.keys(groups).join(', ')}`);
  process.exit(2);
}

/** @type {MutantResult[]} */
const results = [];
for (const name of Object.keys(groups)) {
  const sources = asked.filter((one) => groupOf(one) === name);
  if (asked.length === 0 || asked.includes(name)) results.push(...(await mutate(name)));
  else if (sources.length > 0) results.push(...(await mutate(name, sources)));
}
const read = memoize((file) => readFileSync(file, 'utf8'));
const files = tally(results, fileOf);
const stamp = { date: new Date().toISOString().slice(0, 10), commit: git('rev-parse', '--short=12', 'HEAD') };
writeFileSync(REPORT, writeReport(readReport(REPORT), files, stamp));
const found = results
  .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  .map((mutant) => ({ file: fileOf(mutant), ...describeChange(read(mutant.fileName), mutant) }));
const { unlisted, stale } = compareSurvivors(readSurvivors(SURVIVORS), found, new Set(files.keys()));
for (const survivor of unlisted) console.log(writeSurvivor(survivor));
for (const { file, was } of stale) console.log(`${file}: listed as a survivor, but killed or gone: ${was}`);
console.log(
  `${String(unlisted.length)} survivors without a reason, ${String(stale.length)} reasons without a survivor`,
);
process.exitCode = unlisted.length + stale.length === 0 ? 0 : 1;

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);
}

/**
 * The group of one source.
 * @param {string} source
 */
function groupOf(source) {
  return Object.keys(groups).find((name) => groups[name]?.mutate.some((glob) => minimatch(source, glob)));
}

/**
 * @param {string} name
 * @param {string[]} [sources] All of the group where left out.
 */
async function mutate(name, sources) {
  const group = groups[name];
  if (group === undefined) throw new Error(`no group ${name}`);
  const tests = group.tests.flatMap((glob) => testFiles.filter((file) => minimatch(file, glob)));
  process.env['COUNTERSIGN_RUNS'] = RUNS;
  process.env['COUNTERSIGN_TEST_FILES'] = JSON.stringify(tests);
  const stryker = new Stryker({
    mutate: [...(sources ?? group.mutate), '!src/**/generated/**'],
    plugins: [join(import.meta.dirname, 'runner.js')],
    testRunner: 'circus',
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    // Every mutant loads the tests anew, and nothing that was loaded is ever given back.
    maxTestRunnerReuse: 200,
    concurrency: 1,
    // A loop without end is mostly found by how often it comes round; a busy machine must not make one of a slow test.
    timeoutMS: group.timeout ?? 60_000,
    incremental: true,
    incrementalFile: `coverage/mutation/${name}.json`,
    tempDirName: `coverage/mutation/sandbox-${name}`,
    cleanTempDir: 'always',
    ignorePatterns: [
      '*',
      '!package.json',
      ...['src', 'test', 'policies', 'schemas'].flatMap((name) => [`!${name}`, `!${name}/**`]),
    ],
    // Sources are not compiled with types here, and nothing reads the project's configuration.
    disableTypeChecks: false,
    tsconfigFile: 'none',
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
  });
  return stryker.runMutationTest();
}

/** @param {MutantResult} mutant */
function fileOf({ fileName }) {
  return relative(root, fileName);
}

/** @param {string[]} words */
function git(...words) {
  return execFileSync('git', words, { encoding: 'utf8' }).trim();
}

/** @param {(key: string) => string} make */
function memoize(make) {
  /** @type {Map<string, string>} */
  const made = new Map();
  return (/** @type {string} */ key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

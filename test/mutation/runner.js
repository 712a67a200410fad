// @ts-check
/**
 * Runs tests for Stryker by the parts of Jest that run tests (jest-circus and its `expect`), without the rest of it: a
 * mutant then costs milliseconds instead of seconds. The tests of each file are bundled with the sources once, and
 * loaded anew for every mutant, so that nothing that one mutant made is seen by the next.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import fc from 'fast-check';
import { addEventHandler, getState, resetState, run } from 'jest-circus';

/** @typedef {import('@stryker-mutator/api/test-runner').TestRunner} TestRunner */
/** @typedef {import('@jest/types').Circus.DescribeBlock} DescribeBlock */
/** @typedef {import('@jest/types').Circus.TestEntry} TestEntry */
/** @typedef {{ id: string, file: string, time: number, failure?: string }} Ran */

const BUNDLE = '.bundle.mjs';
const [SUCCESS, FAILED] = [0, 1];

/** What instrumented sources and Stryker tell each other. */
const stryker = /** @type {Record<string, any>} */ (/** @type {any} */ (globalThis)['__stryker__'] ??= {});

/** @implements {TestRunner} */
class CircusRunner {
  /** @type {string[]} */
  #files = [];
  /** The file of each test, once they ran. @type {Map<string, string>} */
  #fileOf = new Map();
  #loads = 0;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#files = JSON.parse(process.env['COUNTERSIGN_TEST_FILES'] ?? '[]');
    // One seed and no shrinking: a mutant that one run kills is killed by the next, in the shortest time.
    fc.configureGlobal({ seed: 20_260_101, endOnFailure: true });
    await esbuild.build({
      absWorkingDir: process.cwd(),
      entryPoints: this.#files,
      outbase: process.cwd(),
      outdir: process.cwd(),
      outExtension: { '.js': BUNDLE },
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions: ['countersign-source'],
      packages: 'external',
      plugins: [withOurGlobals],
      logLevel: 'error',
    });
  }

  /** @type {TestRunner['dryRun']} */
  async dryRun() {
    const ran = await this.#run(this.#files, () => true, false);
    for (const { id, file } of ran) this.#fileOf.set(id, file);
    const tests = ran.map(({ id, file, time, failure }) => {
      const test = { id, name: id, fileName: file, timeSpentMs: time };
      return failure === undefined
        ? { ...test, status: SUCCESS }
        : { ...test, status: FAILED, failureMessage: failure };
    });
    return /** @type {any} */ ({ status: 'complete', tests, mutantCoverage: stryker['mutantCoverage'] });
  }

  /** @type {TestRunner['mutantRun']} */
  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    Object.assign(stryker, {
      activeMutant: activeMutant.id,
      hitCount: hitLimit === undefined ? undefined : 0,
      hitLimit,
    });
    const wanted = testFilter && new Set(testFilter);
    const files =
      wanted === undefined
        ? this.#files
        : this.#files.filter((file) => testFilter?.some((id) => id.startsWith(`${file}: `)));
    const ran = await this.#run(files, (id) => wanted?.has(id) ?? true, !disableBail);
    stryker['activeMutant'] = undefined;
    const failed = ran.filter(({ failure }) => failure !== undefined);
    const result =
      hitLimit !== undefined && stryker['hitCount'] > hitLimit
        ? { status: 'timeout', reason: 'too many hits' }
        : failed.length > 0
          ? {
              status: 'killed',
              killedBy: failed.map(({ id }) => id),
              failureMessage: failed[0]?.failure ?? '',
              nrOfTests: ran.length,
            }
          : { status: 'survived', nrOfTests: ran.length };
    return /** @type {any} */ (result);
  }

  /**
   * @param {readonly string[]} files
   * @param {(id: string) => boolean} isWanted
   * @param {boolean} bails Whether the first failure ends the run.
   */
  async #run(files, isWanted, bails) {
    /** @type {Ran[]} */
    const ran = [];
    for (const file of files) {
      resetState();
      pairsAsked.clear();
      this.#loads += 1;
      await import(`${pathToFileURL(join(process.cwd(), file.replace(/\.ts$/, BUNDLE))).href}?${String(this.#loads)}`);
      const tests = testsOf(getState().rootDescribeBlock, file);
      for (const [id, test] of tests) if (!isWanted(id)) test.mode = 'skip';
      started = ({ test }) => (stryker['currentTestId'] = tests.find(([, one]) => one === test)?.[0]);
      done = ({ test }) => {
        stryker['currentTestId'] = undefined;
        if (bails && test.errors.length > 0) for (const [, one] of tests) one.mode = 'skip';
      };
      await run();
      for (const [id, { status, errors, duration }] of tests) {
        if (status !== 'done') continue;
        ran.push({ id, file, time: duration ?? 0, ...(errors.length === 0 ? {} : { failure: String(errors[0]) }) });
      }
      if (bails && ran.some(({ failure }) => failure !== undefined)) break;
    }
    return ran;
  }
}

/**
 * Key pairs by what was asked for, in the order of asking: every mutant gets those that were made for the first, since
 * making them takes longer than most tests.
 * @type {Map<string, crypto.KeyPairKeyObjectResult[]>}
 */
const pairs = new Map();
/** How often each was asked for since the tests were loaded. @type {Map<string, number>} */
const pairsAsked = new Map();
const generate = /** @type {(...words: any[]) => crypto.KeyPairKeyObjectResult} */ (crypto.generateKeyPairSync);
crypto.generateKeyPairSync = /** @type {any} */ (
  (/** @type {string} */ type, /** @type {object | undefined} */ options) => {
    const key = JSON.stringify([type, options]);
    const [made, asked] = [pairs.get(key) ?? [], pairsAsked.get(key) ?? 0];
    pairs.set(key, made);
    pairsAsked.set(key, asked + 1);
    return (made[asked] ??= generate(type, options));
  }
);
syncBuiltinESMExports();

/** @type {(event: { test: TestEntry }) => void} */
let started = () => undefined;
/** @type {(event: { test: TestEntry }) => void} */
let done = () => undefined;
addEventHandler((event) => {
  if (event.name === 'test_start') started(event);
  if (event.name === 'test_done') done(event);
});

/**
 * Every test of a file, by its name, which is made unique.
 * @param {DescribeBlock} root
 * @param {string} file
 */
function testsOf(root, file) {
  /** @type {[string, TestEntry][]} */
  const tests = [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  /** @type {(block: DescribeBlock, names: readonly string[]) => void} */
  const visit = (block, names) => {
    for (const child of block.children) {
      const path = [...names, child.name];
      if (child.type === 'describeBlock') visit(child, path);
      else {
        const name = `${file}: ${path.join(' › ')}`;
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        tests.push([count === 1 ? name : `${name} (${String(count)})`, child]);
      }
    }
  };
  visit(root, []);
  return tests;
}

/** @type {esbuild.Plugin} */
const withOurGlobals = {
  name: 'our globals',
  setup(build) {
    const path = join(import.meta.dirname, 'globals.js');
    build.onResolve({ filter: /^@jest\/globals$/ }, () => ({ path }));
  },
};

export const strykerPlugins = [{ kind: 'TestRunner', name: 'circus', injectableClass: CircusRunner }];

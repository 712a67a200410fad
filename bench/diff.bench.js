// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFiles, ruleText } from './harness/rule-files.js';
import { median } from './harness/statistics.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const RULES = 10_000;
const EDITS = 50;

const main = join(import.meta.dirname, '../dist/cli/main.js');
const TOLD = 'most memory: ';
/** Tells at the end of a process how much memory it had at most, in KiB. */
const teller = `data:text/javascript,process.on('exit',()=>process.stderr.write('${TOLD}'+process.resourceUsage().maxRSS))`;

/** @param {number} index */
const withTtl = (index) => `${ruleText(index)}    ttl: 15m\n`;

/**
 * Each in its turn: gone, wider by an action, wider by its subject, for longer, in audit mode. Some are denies.
 * @param {string} rule
 * @param {number} turn
 */
function edited(rule, turn) {
  switch (turn % 5) {
    case 0:
      return '';
    case 1:
      return rule.replace('[read]', '[read, write]');
    case 2:
      return rule.replace(/\/prj:.*/, '');
    case 3:
      return rule.replace('15m', '30m');
    default:
      return `${rule}    mode: audit\n`;
  }
}

/**
 * @param {string} folder
 * @param {boolean} isEdited
 */
function writePolicies(folder, isEdited) {
  mkdirSync(folder);
  const every = RULES / EDITS;
  const rules = Array.from({ length: RULES }, (_, index) => {
    const turn = Math.floor(index / every);
    // Every tenth rule is a deny: of the edits, a few are.
    const isOne = isEdited && index % every === (turn % 7 === 0 ? 9 : 4);
    return isOne ? edited(withTtl(index), turn) : withTtl(index);
  });
  for (const { file, text } of ruleFiles(rules)) writeFileSync(join(folder, file), text);
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
function run(folder, args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', teller, main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = (performance.now() - start) / 1000;
  const memory = Number(stderr.slice(stderr.lastIndexOf(TOLD) + TOLD.length)) / 1024 ** 2;
  if (status !== 0) throw new Error(`\`countersign ${args.join(' ')}\` ended with ${String(status)}: ${stderr}`);
  return { stdout, seconds, memory };
}

/** @type {Benchmark} */
export const benchmark = {
  title: `What ${EDITS} edits among ${RULES} rules mean`,
  axes: { y: 'a whole process: seconds, and GiB at most' },
  rounds: 5,
  async *run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    try {
      writePolicies(join(folder, 'old'), false);
      writePolicies(join(folder, 'new'), true);
      for (const name of ['old', 'new']) run(folder, ['bundle', name, '-o', `${name}.bundle.json`]);
      /** @type {Record<string, number[]>} */
      const memory = { 'YAML, memory': [], 'bundles, memory': [] };
      const diff = (/** @type {string} */ suffix, /** @type {string} */ series) => {
        const result = run(folder, ['diff', `old${suffix}`, `new${suffix}`, '--format', 'json']);
        const { gains, losses, undecided, unchanged } = JSON.parse(result.stdout);
        const found = gains.length + losses.length + unchanged.length;
        if (undecided.length > 0 || found < EDITS) throw new Error(`${found} of ${EDITS} edits were found`);
        memory[series]?.push(result.memory);
        return result.seconds;
      };
      const samples = await context.measure({
        YAML: () => diff('', 'YAML, memory'),
        bundles: () => diff('.bundle.json', 'bundles, memory'),
      });
      yield* context.rows(samples, { unit: 's' });
      for (const [series, values] of Object.entries(memory)) yield { series, value: median(values), unit: 'GiB' };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

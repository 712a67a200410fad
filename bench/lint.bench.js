// @ts-check
import { lintPolicy } from '../dist/lint/lint-policy.js';
import { parsePolicy } from '../dist/policy/parse.js';
import { milliseconds } from './harness/context.js';
import { ruleFiles, ruleText } from './harness/rule-files.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const SIZES = [100, 1_000, 10_000];
/** @type {Benchmark} */
export const benchmark = {
  title: 'Linting many rules in one process',
  axes: { x: 'rules', y: 'time', logX: true, logY: true },
  rounds: 5,
  async *run(context) {
    for (const count of SIZES) {
      const sources = ruleFiles(Array.from({ length: count }, (_, i) => ruleText(i)));
      const { diagnostics } = parsePolicy(sources);
      if (diagnostics.length > 0) throw new Error(`the rules do not load: ${diagnostics[0]?.message}`);
      const samples = await context.measure({
        'reading YAML, all rules': () => milliseconds(() => parsePolicy(sources)),
        'lint, all rules': () => milliseconds(() => lintPolicy(sources, { now: 0 })),
      });
      const perRule = (samples['lint, all rules'] ?? []).map((value) => value / count);
      yield* context.rows({ ...samples, 'lint, one rule': perRule }, { unit: 'ms', x: count });
    }
  },
};

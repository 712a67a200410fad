// @ts-check
import { lintPolicy } from '../dist/lint/lint-policy.js';
import { parsePolicy } from '../dist/policy/parse.js';
import { milliseconds } from './harness/context.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const SIZES = [100, 1_000, 10_000];
/** A file is at most 1 MiB. */
const RULES_A_FILE = 2_000;

/**
 * As many rules as projects of fifty organisations, one in ten a deny.
 * @param {number} count
 */
function manyRules(count) {
  const files = [];
  for (let from = 0; from < count; from += RULES_A_FILE) {
    const rules = Array.from({ length: Math.min(RULES_A_FILE, count - from) }, (_, i) => ruleText(from + i));
    files.push({
      file: `rules-${from}.yaml`,
      text: `version: 1\n${from === 0 ? ISSUERS : ''}rules:\n${rules.join('')}`,
    });
  }
  return files;
}

const ISSUERS = `issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: gitpod
    audiences: [https://secrets.example.com]
`;

/** @param {number} index */
const ruleText = (index) => `  - id: rule-${index}
    description: What environments of one project may read.
    effect: ${index % 10 === 9 ? 'deny' : 'allow'}
    when:
      issuer: gitpod
      subject: org:${uuid(index % 50)}/prj:${uuid(1_000 + index)}
      kind: environment
    grants:
      - actions: [read]
        resources: ["secret/${index}/**"]
`;

/**
 * A UUID that looks like any other and is the same in every run.
 * @param {number} seed
 */
function uuid(seed) {
  const word = (/** @type {number} */ turn) =>
    ((Math.imul(seed * 4 + turn + 1, 0x9e3779b1) ^ (seed << 7)) >>> 0).toString(16).padStart(8, '0');
  const [a, b, c, d] = [word(0), word(1), word(2), word(3)];
  return `${a}-${b.slice(0, 4)}-7${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** @type {Benchmark} */
export const benchmark = {
  title: 'Linting many rules in one process',
  axes: { x: 'rules', y: 'time', logX: true, logY: true },
  rounds: 5,
  async *run(context) {
    for (const count of SIZES) {
      const sources = manyRules(count);
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

// @ts-check
import { Buffer } from 'node:buffer';
import { compileRecords, PolicyDraft } from '../dist/decision/compile.js';
import { readBundle } from '../dist/policy/bundle/read-bundle.js';
import { bundleText } from '../dist/policy/bundle/write-bundle.js';
import { parsePolicy } from '../dist/policy/parse.js';
import { recordsOf } from '../dist/policy/records.js';
import { milliseconds } from './harness/context.js';
import { policyByProject, projectId } from './harness/many-rules.js';
import { ruleFiles } from './harness/rule-files.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** YAML is for authoring: a file holds 1 MiB, and ten thousand rules take seconds. */
const MOST_IN_YAML = 10_000;

/** @type {Benchmark} */
export const benchmark = {
  title: 'Loading rules, ready to decide',
  axes: { x: 'rules', y: 'time to load', logX: true, logY: true },
  rounds: 9,
  async *run(context) {
    for (const count of SIZES) {
      const projects = Array.from({ length: count }, (_, i) => projectId(i));
      const bytes = Buffer.concat(
        Array.from(bundleText(recordsOf(policyByProject(projects))), (text) => Buffer.from(text)),
      );
      const json = `[${bytes.toString().trimEnd().replaceAll('\n', ',')}]`;
      /** @type {Record<string, () => Promise<number>>} */
      const series = {
        'JSON.parse of the same bytes': () => milliseconds(() => JSON.parse(json)),
        'a bundle, compiled': () => milliseconds(() => load(bytes)),
      };
      if (count <= MOST_IN_YAML) {
        const sources = yamlOf(projects);
        series['YAML, compiled'] = () => milliseconds(() => compileRecords(recordsOf(parsed(sources))));
      }
      yield* context.rows(await context.measure(series), {
        unit: 'ms',
        x: count,
        baseline: 'JSON.parse of the same bytes',
      });
      yield { series: 'memory of a rule, compiled', x: count, value: (await bytesKept(bytes)) / count, unit: 'B' };
    }
  },
};

/** @param {Uint8Array} bytes */
async function load(bytes) {
  /** @type {PolicyDraft | undefined} */
  let draft;
  const { records, digest } = await readBundle(bytes, undefined, (issuers) => {
    const begun = (draft = new PolicyDraft(issuers));
    return (rule) => begun.add(rule);
  });
  return draft?.seal(records, digest) ?? compileRecords(records, digest);
}

/**
 * What stays in memory for a bundle, its bytes not counted: they may go once it is loaded.
 * @param {Uint8Array} bytes
 */
async function bytesKept(bytes) {
  const before = used();
  const policy = await load(bytes);
  const after = used();
  // Until here the policy must not be collected.
  if (policy.digest === '') throw new Error('a policy without a digest');
  return after - before;
}

function used() {
  if (globalThis.gc === undefined) throw new Error('memory is measured with `node --expose-gc`');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** @param {readonly { file: string, text: string }[]} sources */
function parsed(sources) {
  const { policy, diagnostics } = parsePolicy(sources);
  if (policy === undefined) throw new Error(`the rules do not load: ${diagnostics[0]?.message}`);
  return policy;
}

/** @param {readonly string[]} projects */
function yamlOf(projects) {
  const { rules } = policyByProject(projects);
  return ruleFiles(
    rules.map(({ id, when, grants }) => {
      const [subject] = when.subjects ?? [];
      const prefix = subject !== undefined && 'prefix' in subject ? subject.prefix : '';
      const [resource] = grants?.[0]?.resources ?? [];
      return `  - id: ${id}\n    effect: allow\n    when:\n      issuer: gitpod\n      subject: ${prefix}\n    grants:\n      - actions: [read]\n        resources: ["${resource}"]\n`;
    }),
  );
}

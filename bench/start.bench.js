// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer } from '../dist/idp/testing.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const main = join(import.meta.dirname, '../dist/cli/main.js');
const audience = 'https://secrets.example.com';
const subject = 'org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198';
const policy = `# yaml-language-server: $schema=policy.schema.json
version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: gitpod
    audiences: [${audience}]
rules:
  - id: payments-environments-read
    description: Environments of the payments project read its secrets.
    effect: allow
    when:
      issuer: gitpod
      subject: ${subject}
      kind: environment
    grants:
      - actions: [read, list]
        resources: ["secret/payments/**"]
    ttl: 15m
`;

/** A directory with one small policy; beside it a token that it allows, and the keys to verify it with. */
async function prepare() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const issuer = await createTestIssuer({ url: 'https://app.gitpod.io' });
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/trust.yaml'), policy);
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(issuer.keys));
  writeFileSync(join(folder, 'token'), await issuer.token({ sub: `${subject}/env:e1`, aud: audience }));
  return folder;
}

/**
 * Milliseconds from starting Node to its end.
 * @param {string} folder
 * @param {readonly string[]} args
 */
function wholeProcess(folder, args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder });
  const end = performance.now();
  if (status !== 0 || String(stderr).includes('warning'))
    throw new Error(`\`node ${args.join(' ')}\` ended with ${String(status)}: ${String(stderr)}`);
  return end - start;
}

/** @type {Benchmark} */
export const benchmark = {
  title: 'A whole process on one small policy',
  axes: { y: 'milliseconds from start to end' },
  rounds: 31,
  async *run(context) {
    const folder = await prepare();
    try {
      const program = (/** @type {string[]} */ ...args) => wholeProcess(folder, [main, ...args]);
      const samples = await context.measure({
        'node -e 0': () => wholeProcess(folder, ['-e', '0']),
        'countersign --version': () => program('--version'),
        'countersign lint': () => program('lint', 'policies/trust.yaml'),
        'countersign fmt --check': () => program('fmt', '--check', 'policies/trust.yaml'),
        'countersign verify': () => program('verify', 'policies/trust.yaml', '--jwks', 'keys.json', '--token', 'token'),
      });
      yield* context.rows(samples, { unit: 'ms', baseline: 'node -e 0' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

// @ts-check
// Tries every law 2,000,000 times, or as often as COUNTERSIGN_RUNS says: `npm run test:deep [-- FILE... | -t NAME]`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
// Every file with a law asks there how often to try it.
const tests = asked.length > 0 ? asked : ['--findRelatedTests', 'test/runs.ts'];
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...tests], {
  cwd: root,
  stdio: 'inherit',
  env: {
    COUNTERSIGN_RUNS: '2000000',
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  },
});
process.exitCode = status ?? 1;

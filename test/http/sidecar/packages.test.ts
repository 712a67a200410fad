import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { beforeAll, expect, test } from '@jest/globals';
import { root } from '../../repository/repository.ts';
import { collect, ended, type Run } from '../../cli/cli.ts';
import { shopOf } from './process.ts';

let cwd: string;

const NONE = 'version: 1\nmetrics: false\nlog: { decisions: none }\nlisten: nowhere.invalid:1\n';

/** An installation that lacks what only metrics and logs need. */
beforeAll(async () => {
  const files = { 'off.yaml': 'version: 1\nmetrics: false\n', 'none.yaml': NONE };
  ({ directory: cwd } = await shopOf(files));
  await cp(join(root, 'dist/cli'), join(cwd, 'installed/dist/cli'), { recursive: true });
  await cp(join(root, 'package.json'), join(cwd, 'installed/package.json'));
  await mkdir(join(cwd, 'installed/node_modules/@hono'), { recursive: true });
  for (const name of ['hono', '@hono/node-server']) {
    await symlink(join(root, 'node_modules', name), join(cwd, 'installed/node_modules', name));
  }
});

async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, ['installed/dist/cli/main.js', 'serve', ...args], { cwd });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await ended(child);
  return { code, stdout: stdout(), stderr: stderr() };
}

test('names the packages that are missing, and what does without them', async () => {
  const needed = (what: string, name: string): Run => ({
    code: 2,
    stdout: '',
    stderr: `error: ${what} needs the package \`${name}\`, which is not installed\nhelp: npm install ${name}\n`,
  });

  const metrics = '`/metrics` (unless the configuration says `metrics: false`)';
  const log = 'the decision log (unless the configuration says `log: { decisions: none }`)';
  expect(await run()).toEqual(needed(metrics, 'prom-client'));
  expect(await run('--config', 'off.yaml')).toEqual(needed(log, 'pino'));
  expect((await run('--config', 'none.yaml')).stderr).toMatch(/`nowhere\.invalid:1` is not a host that is known/);
});

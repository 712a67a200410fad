import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { beforeAll, expect, test } from '@jest/globals';
import { root } from '../../repository/repository.ts';
import { collect, ended, type Run } from '../../cli/cli.ts';
import { shopOf } from './process.ts';

let cwd: string;

/** An installation that lacks what only metrics and logs need. */
beforeAll(async () => {
  const files = { 'off.yaml': 'version: 1\nmetrics: false\nlisten: nowhere.invalid:1\n' };
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

test('names the package that metrics need, and what does without it', async () => {
  expect(await run()).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'error: `/metrics` (unless the configuration says `metrics: false`) needs the package `prom-client`, which is not installed\nhelp: npm install prom-client\n',
  });
  expect((await run('--config', 'off.yaml')).stderr).not.toContain('prom-client');
});

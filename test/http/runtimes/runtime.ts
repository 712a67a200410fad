import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from '@jest/globals';
import { directoryOf } from '../../files/directory.ts';
import { root, run } from '../../repository/repository.ts';
import type { Running } from '../frameworks/listen.ts';
import type { Given } from '../frameworks/services.ts';

/** The program of a package, or `undefined` where it is not installed for this system. */
export async function programOf(name: string): Promise<string | undefined> {
  const path = join(root, 'node_modules/.bin', name);
  if (!existsSync(path)) return undefined;
  const { code } = await run(path, ['--version']).catch(() => ({ code: 1 }));
  return code === 0 ? path : undefined;
}

/**
 * A directory with a script that serves the table by the built package, which it finds as users do: `countersign` is a
 * package beside it. `serve` is the code that serves `handle`.
 */
export async function installScript(given: Given, serve: string, bundling: readonly string[]): Promise<string> {
  const directory = await directoryOf({});
  await mkdir(join(directory, 'node_modules'));
  await symlink(root, join(directory, 'node_modules/countersign'), 'dir');
  await writeFile(
    join(directory, 'entry.js'),
    `import { createEngine } from 'countersign';
import { trust } from 'countersign/fetch';
import { parsePolicy } from 'countersign/policy';
import { fetchService } from ${JSON.stringify(join(root, 'test/http/frameworks/fetch-service.ts'))};
const start = () => fetchService({ createEngine, parsePolicy, trust }, ${JSON.stringify(given)});
let service;
const handle = async (request) => (await (service ??= start()))(request);
${serve}
`,
  );
  const options = ['entry.js', '--bundle', '--format=esm', '--outfile=service.mjs', ...bundling];
  const { code, stderr } = await run(
    join(root, 'node_modules/.bin/esbuild'),
    [...options, '--log-level=error'],
    directory,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return directory;
}

/** Starts a server that prints its port, anywhere in a line: `portIn` finds it. */
export async function startProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  portIn: RegExp,
  variables: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(program, args, { cwd, env: { ...env, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // Read to its end, so that a program that goes on printing finds a reader.
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<string | undefined>((resolve) => {
    lines.on('line', (line) => {
      const found = portIn.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    lines.once('close', () => resolve(undefined));
  });
  if (port === undefined) throw new Error(`${program} ended without serving: ${errors}`);
  return { port: Number(port), close: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

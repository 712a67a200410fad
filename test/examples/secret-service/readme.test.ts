import { afterAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { collect, ended, main, type Run } from '../../cli/cli.ts';
import { directoryOf } from '../../files/directory.ts';
import { root, text } from '../../repository/repository.ts';
import { whenHeard } from './running.ts';

const README = text('examples/secret-service/README.md');
const blocks = (language: string): string[] =>
  [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, body = '']) => (of === language ? [body] : []));

const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) signal(child, 'SIGKILL');
});

/** Runs lines as a reader would, with all they start in a group of their own. */
function shellIn(project: string, lines: string): ChildProcess {
  const path = [join(project, 'bin'), dirname(process.execPath), process.env['PATH']].join(':');
  const env = { PATH: path, XDG_STATE_HOME: join(project, 'state'), PORT: '0' };
  const child = spawn('sh', ['-e', '-c', lines], { cwd: project, env, detached: true });
  started.push(child);
  return child;
}

function signal({ pid, exitCode, signalCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
}

/** A project that the example was copied to, with an `npx` that runs the built program. */
async function projectWithExample(): Promise<string> {
  const project = await directoryOf({ 'bin/npx': `#!/bin/sh\nshift\nexec node '${main}' "$@"\n` });
  await chmod(join(project, 'bin/npx'), 0o700);
  await cp(join(root, 'examples/secret-service'), join(project, 'examples/secret-service'), { recursive: true });
  await cp(join(root, 'schemas'), join(project, 'schemas'), { recursive: true });
  await mkdir(join(project, 'node_modules'));
  await symlink(root, join(project, 'node_modules/countersign'), 'dir');
  await symlink(join(root, 'node_modules/fastify'), join(project, 'node_modules/fastify'), 'dir');
  return project;
}

test('the lines of the README do what it says', async () => {
  const project = await projectWithExample();
  const shell = (lines: string): ChildProcess => shellIn(project, lines);
  const serving = async (lines: string, url: RegExp): Promise<[url: string, stop: () => Promise<unknown>]> => {
    const child = shell(lines);
    const said = await whenHeard(child, url);
    const end = ended(child);
    const stop = (): Promise<unknown> => {
      signal(child, 'SIGTERM');
      return end;
    };
    return [said[1] ?? '', stop];
  };
  const run = async (lines: string): Promise<Run> => {
    const child = shell(lines);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    return { code: await ended(child), stdout: stdout(), stderr: stderr() };
  };

  const [issue = '', serve = '', store = '', read = '', check = '', ...others] = blocks('sh');
  expect(others).toEqual([]);
  const development = join(project, 'examples/secret-service/development.yaml');
  const [issuer, stopIssuer] = await serving(issue.replace('idp serve', 'idp serve --port 0'), /serving (\S+)\n/);
  const trusting = (await readFile(development, 'utf8')).replace('http://127.0.0.1:8710', issuer);
  expect(trusting).toContain(issuer);
  await writeFile(development, trusting);

  const [url, stopService] = await serving(serve, /"url":"([^"]+)"/);
  const used = store.replace('http://127.0.0.1:8720', url);
  expect(used).toContain(url);
  const { code, stdout, stderr } = await run(used + read);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [shown = ''] = blocks('console');
  const anyDecision = (answers: string): string => answers.replace(/"decision":"[^"]+"/, '"decision":"…"');
  expect(anyDecision(stdout)).toBe(anyDecision(shown));
  await stopService();
  await stopIssuer();

  const checked = await run(check);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(/coverage 100 % /);
  expect(checked.stdout).toMatch(/proven/);
  expect(checked.stdout + checked.stderr).toMatch(/no problems in 2 files/);
});

test('names every file of the example, and none that is missing', async () => {
  const linked = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
  const files = await readdir(join(root, 'examples/secret-service'), { recursive: true });
  expect(linked.filter((path) => !files.includes(path.replace(/\/$/, '')))).toEqual([]);
  expect(files.filter((file) => file.endsWith('.js') && !linked.includes(file))).toEqual([]);
});

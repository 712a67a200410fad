import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { directoryOf } from '../files/directory.ts';
import { text } from './repository.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}

const { inputs, runs } = parse(text('action.yml')) as Action;
const [step] = runs.steps;

let cwd = '';
beforeAll(async () => {
  cwd = await directoryOf({ 'bin/npx': '#!/bin/bash\nprintf "%s\\0" "$@" > args\nexit "${ANSWER:-0}"\n' });
  chmodSync(join(cwd, 'bin/npx'), 0o755);
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** What the package runner was started with; `undefined` where it was not. */
  readonly args: readonly string[] | undefined;
}

/** Runs the script as the runner does, with a package runner that only notes what it is asked for. */
function act(
  given: Readonly<Record<string, string>>,
  answer = 0,
  runner: Readonly<Record<string, string>> = {},
): Outcome {
  const env = Object.entries(step?.env ?? {}).map(([name, value]) => {
    const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
    return [name, given[input] ?? inputs[input]?.default];
  });
  const noted = join(cwd, 'args');
  rmSync(noted, { force: true });
  writeFileSync(join(cwd, 'script.sh'), step?.run ?? '');
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'script.sh'], {
    cwd,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(env),
      PATH: `${cwd}/bin:${process.env['PATH'] ?? ''}`,
      ANSWER: String(answer),
      ...runner,
    },
  });
  const args = existsSync(noted) ? readFileSync(noted, 'utf8').split('\0').slice(0, -1) : undefined;
  return { code: status, stdout, args };
}

const START = ['--yes', 'countersign@latest', 'lint', '--format', 'github'];

test('nothing is put into the text of the script', () => {
  expect(step?.run).not.toContain('${{');
});

describe('the action', () => {
  test.each<[name: string, given: Record<string, string>, args: readonly string[]]>([
    ['no inputs', {}, [...START, '--']],
    ['several paths', { paths: 'a\n\nb c\r\nd\n' }, [...START, '--', 'a', 'b c', 'd']],
    [
      'hostile paths',
      { paths: '$(touch x)\n`touch x`\n--fix\n*' },
      [...START, '--', '$(touch x)', '`touch x`', '--fix', '*'],
    ],
    [
      'a hostile file',
      { 'sarif-file': '$(touch x) "' },
      [...START, '--format', 'sarif', '--output', '$(touch x) "', '--'],
    ],
    ['a fail level of warnings', { 'fail-level': 'warning' }, [...START, '--max-warnings', '0', '--']],
    ['a format', { format: 'compact' }, [...START.slice(0, -1), 'compact', '--']],
  ])('with %s', (_, given, args) => {
    expect(act(given)).toEqual({ code: 0, stdout: '', args });
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  test.each(['mode', 'format', 'fail-level', 'fail-on', 'version'])('refuses a wrong %s', (name) => {
    const { code, stdout, args } = act({ [name]: '$(touch x)' });
    expect([code, args]).toEqual([2, undefined]);
    expect(stdout).toMatch(new RegExp(`^::error title=Countersign lint::the input \`${name}\` must be`));
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  test.each([
    ['error', 1, 1],
    ['never', 1, 0],
    ['never', 2, 2],
    ['never', 3, 3],
  ])('at fail level %s, where lint answers %i, answers %i', (level, answer, code) => {
    expect(act({ 'fail-level': level }, answer).code).toBe(code);
  });
});

describe('in mode diff', () => {
  const DIFF = ['--yes', 'countersign@latest', 'diff', '--format', 'github'];
  const pull = { GITHUB_BASE_REF: 'main' };

  test.each<[name: string, given: Record<string, string>, args: readonly string[]]>([
    ['no more inputs', {}, [...DIFF, '--fail-on', 'gain', '--', 'git:origin/main:policies', 'policies']],
    ['a base', { base: 'v1' }, [...DIFF, '--fail-on', 'gain', '--', 'git:v1:policies', 'policies']],
    ['a hostile path', { paths: '$(touch x)' }, [...DIFF, '--fail-on', 'gain', '--', 'git:origin/main:$(touch x)', '$(touch x)']], // prettier-ignore
    ['nothing that fails', { 'fail-on': 'never' }, [...DIFF, '--', 'git:origin/main:policies', 'policies']],
    [
      'files',
      { 'allow-gain': 'a b.yaml', 'markdown-file': '$(touch x)' },
      [
        ...DIFF,
        ...['--format', 'markdown', '--output', '$(touch x)', '--fail-on', 'gain', '--allow-gain', 'a b.yaml'],
        ...['--', 'git:origin/main:policies', 'policies'],
      ],
    ],
  ])('with %s', (_, given, args) => {
    expect(act({ mode: 'diff', ...given }, 0, pull)).toEqual({ code: 0, stdout: '', args });
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  test.each<[name: string, given: Record<string, string>]>([
    ['base', {}],
    ['base', { base: '--exec=x' }],
    ['base', { base: 'a:b' }],
    ['paths', { base: 'v1', paths: 'a\nb' }],
    ['format', { base: 'v1', format: 'junit' }],
    ['fail-on', { base: 'v1', 'fail-on': 'all' }],
  ])('refuses a wrong %s: %j', (name, given) => {
    const { code, stdout, args } = act({ mode: 'diff', ...given });
    expect([code, args]).toEqual([2, undefined]);
    expect(stdout).toMatch(new RegExp(`^::error title=Countersign diff::the input \`${name}\` must be`));
  });

  test.each([0, 1, 2])('answers %i where diff does', (answer) => {
    expect(act({ mode: 'diff' }, answer, pull).code).toBe(answer);
  });
});

test('README.md uses it with all its inputs, uploads what it writes, and is understood', () => {
  const blocks = [...text('README.md').matchAll(/^```yaml\n( +steps:\n[^`]*OWNER\/countersign@COMMIT[^`]*)^```$/gm)];
  const jobs = blocks.map(([, block = '']) => parse(block) as { steps: readonly { uses: string; with?: Record<string, string> }[] }); // prettier-ignore
  const [given = {}, ...others] = jobs.map(({ steps }) => steps.find(({ uses }) => uses.includes('countersign'))?.with ?? {}); // prettier-ignore
  const upload = jobs[0]?.steps.find(({ uses }) => uses.includes('upload-sarif'))?.with;
  expect(new Set([given, ...others].flatMap((one) => Object.keys(one)))).toEqual(new Set(Object.keys(inputs)));
  expect(upload).toEqual({ sarif_file: given['sarif-file'] });
  const sarif = ['--format', 'sarif', '--output', 'countersign.sarif'];
  const args = [...START, ...sarif, '--max-warnings', '0', '--', 'policies/'];
  expect(act(given)).toEqual({ code: 0, stdout: '', args });
  expect(others.map((one) => act(one, 0, { GITHUB_BASE_REF: 'main' }).code)).toEqual(others.map(() => 0));
});

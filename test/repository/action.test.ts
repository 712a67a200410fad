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
function act(given: Readonly<Record<string, string>>, answer = 0): Outcome {
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
    env: { ...Object.fromEntries(env), PATH: `${cwd}/bin:${process.env['PATH'] ?? ''}`, ANSWER: String(answer) },
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

  test.each(['format', 'fail-level', 'version'])('refuses a wrong %s', (name) => {
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

test('README.md uses it with all its inputs, uploads what it writes, and is understood', () => {
  const [, block = ''] =
    /^```yaml\n( +steps:\n[^`]*OWNER\/countersign@COMMIT[^`]*)^```$/m.exec(text('README.md')) ?? [];
  const { steps } = parse(block) as { steps: readonly { uses: string; with?: Record<string, string> }[] };
  const given = steps.find(({ uses }) => uses.includes('countersign'))?.with ?? {};
  const upload = steps.find(({ uses }) => uses.includes('upload-sarif'))?.with;
  expect(Object.keys(given)).toEqual(Object.keys(inputs));
  expect(upload).toEqual({ sarif_file: given['sarif-file'] });
  const sarif = ['--format', 'sarif', '--output', 'countersign.sarif'];
  const args = [...START, ...sarif, '--max-warnings', '0', '--', 'policies/'];
  expect(act(given)).toEqual({ code: 0, stdout: '', args });
});

import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { directoryOf } from '../files/directory.ts';
import { manifest, text } from '../repository/repository.ts';
import { cli, collect, ended, main, start } from './cli.ts';

const { version } = JSON.parse(text('package.json')) as { version: string };
const COMMANDS = [
  'demo',
  'init',
  'schema',
  'lint',
  'prove',
  'fmt',
  'verify',
  'explain',
  'decode',
  'serve',
  'idp',
  'idp serve',
  'idp token',
];

describe('countersign', () => {
  test('--version loads no part of any command', async () => {
    const coverage = await directoryOf({});
    const env = { NODE_V8_COVERAGE: coverage };
    expect(await cli(['--version'], { env })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const [report = ''] = await readdir(coverage);
    const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8')) as { result: { url: string }[] };
    const loaded = result.map(({ url }) => url);
    expect(loaded.some((url) => url.endsWith('/cli/main.js'))).toBe(true);
    expect(
      loaded.filter((url) => /\/dist\/(?!cli\/)|\/cli\/commands\/|node_modules\/(?!commander\/)/.test(url)),
    ).toEqual([]);
  });

  test('is the program that the package installs', () => {
    expect(main.endsWith(manifest.bin['countersign'] ?? '?')).toBe(true);
    expect(text('src/cli/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('without a command shows its help as an error', async () => {
    const run = await cli([]);
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: countersign/) });
  });

  test.each([
    ['an unknown command', ['verfy'], /^error: unknown command `verfy`\nhelp: did you mean `verify`\?/],
    [
      'a command unlike any',
      ['zzz'],
      /^error: unknown command `zzz`\nhelp: commands are demo, init, (?:[a-z]+, ){10,}idp;/,
    ],
    ['an unknown subcommand', ['idp', 'tokn'], /did you mean `token`\?/],
    ['an unknown option', ['--zzz'], /unknown option `--zzz`/],
    [
      'an unknown colour',
      ['demo', '--color=blue'],
      /`--color` cannot be `blue`\nhelp: choices are always, auto, never/,
    ],
    ['a value that is missing', ['verify', '--token'], /option `--token <file>` argument missing/],
    ['too many arguments', ['schema', 'a', 'b'], /too many arguments for `schema`/],
    ['control characters, without repeating them', ['\u001b[31m\u202e'], /unknown command `\\u\{1b\}\[31m\\u\{202e\}`/],
  ])('refuses %s', async (_, args, stderr) => {
    expect(await cli(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});

describe('help', () => {
  test.each(COMMANDS)('of %s says what it does, with examples and exit codes', async (command) => {
    const { code, stdout, stderr } = await cli([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: countersign ${command} `));
    expect(stdout).toMatch(/\nExamples:\n( {2}.+\n){1,3}/);
    if (command !== 'idp') expect(stdout).toMatch(/\nExit codes:\n( {2}\d+ .+\n)+/);
  });

  test('lists every command', async () => {
    const { stdout } = await cli(['--help']);
    expect(stdout.match(/^ {2}(demo|init|schema|verify|decode|idp)\b/gm)).toHaveLength(6);
  });

  test('of a command is the same by either spelling', async () => {
    expect(await cli(['help', 'decode'])).toEqual(await cli(['decode', '--help']));
  });
});

describe('colours', () => {
  const ESCAPE = '\u001b[';
  test.each([
    ['none where nobody looks', [], {}, false],
    ['by --color', ['--color'], {}, true],
    ['by --color=always against NO_COLOR', ['--color=always'], { NO_COLOR: '1' }, true],
    ['none by --color=never', ['--color=never'], { FORCE_COLOR: '1' }, false],
    ['none by --no-color', ['--no-color'], { FORCE_COLOR: '1' }, false],
    ['the last of two options', ['--no-color', '--color'], {}, true],
    ['by FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
    ['none by FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, false],
    ['none by NO_COLOR', [], { NO_COLOR: '1' }, false],
  ])('%s', async (_, options, env, colored) => {
    const { stderr } = await cli([...options, 'schema', 'nothing'], { env });
    expect(stderr.includes(ESCAPE)).toBe(colored);
  });
});

describe('a reader that has seen enough', () => {
  test.each([
    ['demo', 0],
    ['schema', 0],
  ])('of %s ends it quietly', async (command, code) => {
    const child = start([command]);
    child.stdout?.destroy();
    const stderr = collect(child.stderr);
    expect(await ended(child)).toBe(code);
    expect(stderr()).toBe('');
  });

  test('is not a disk that is full, which is said', async () => {
    const run = promisify(execFile)('bash', ['-c', '"$0" "$1" schema > /dev/full', process.execPath, main]);
    await expect(run).rejects.toMatchObject({ code: 2, stderr: 'error: the output cannot be written (ENOSPC)\n' });
  });

  test('does not turn a deny into an allow', async () => {
    const cwd = await directoryOf({ 'a.yaml': 'version: 1\n' });
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-c', `"$0" "$1" verify a.yaml x.y.z --audience a | true; echo "\${PIPESTATUS[0]}"`, process.execPath, main],
      { cwd },
    );
    expect(stdout).toBe('1\n');
  });
});

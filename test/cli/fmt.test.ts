import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { cli } from './cli.ts';

const GOOD = 'version: 1\nrules: []\n';
const BAD = "rules: [ ] # none\nversion: 1\n$schema: 's'\n";
const FORMATTED = '$schema: s\nversion: 1\nrules: [] # none\n';
const BROKEN = 'a: &b c\n';

const content = (cwd: string, path: string): Promise<string> => readFile(join(cwd, path), 'utf8');

describe('fmt', () => {
  test('rewrites the files that are not in canonical form, and names them', async () => {
    const cwd = await directoryOf({
      'policies/good.yaml': GOOD,
      'policies/bad.yaml': BAD,
      'policies/a.test.yaml': BAD,
    });
    await chmod(join(cwd, 'policies/bad.yaml'), 0o640);
    const untouched = await stat(join(cwd, 'policies/good.yaml'));
    expect(await cli(['fmt'], { cwd })).toEqual({
      code: 0,
      stdout: 'policies/bad.yaml\n',
      stderr: '1 file changed, 1 already in canonical form\n',
    });
    expect(await content(cwd, 'policies/bad.yaml')).toBe(FORMATTED);
    expect(await content(cwd, 'policies/a.test.yaml')).toBe(BAD);
    expect((await stat(join(cwd, 'policies/bad.yaml'))).mode & 0o777).toBe(0o640);
    expect((await stat(join(cwd, 'policies/good.yaml'))).ino).toBe(untouched.ino);
    expect(await readdir(join(cwd, 'policies'))).toHaveLength(3);
    expect(await cli(['fmt'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '2 files already in canonical form\n',
    });
  });

  test('with --check writes nothing, names the files and answers 1', async () => {
    const cwd = await directoryOf({ 'p/good.yaml': GOOD, 'p/bad.yaml': BAD });
    expect(await cli(['fmt', '--check', 'p'], { cwd })).toEqual({
      code: 1,
      stdout: 'p/bad.yaml\n',
      stderr: '1 file would change, 1 already in canonical form\n',
    });
    expect(await content(cwd, 'p/bad.yaml')).toBe(BAD);
    expect(await cli(['fmt', '--check', 'p/good.yaml'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  });

  test('with --diff writes nothing, prints a diff that can be applied and answers 1', async () => {
    const cwd = await directoryOf({ 'p/good.yaml': GOOD, 'p/bad.yaml': BAD });
    const { code, stdout } = await cli(['fmt', '--diff', 'p'], { cwd });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^--- a\/p\/bad\.yaml\n\+\+\+ b\/p\/bad\.yaml\n@@ -1,/)]);
    expect(await content(cwd, 'p/bad.yaml')).toBe(BAD);
    execFileSync('git', ['apply'], { cwd, input: stdout });
    expect(await content(cwd, 'p/bad.yaml')).toBe(FORMATTED);
    expect(await cli(['fmt', '--diff', 'p'], { cwd })).toMatchObject({ code: 0, stdout: '' });
    expect(await cli(['fmt', '--diff', '-'], { cwd, stdin: BAD })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^--- a\/-\n/),
    });
    expect(await cli(['fmt', '--diff', '--check', 'p'], { cwd })).toMatchObject({ code: 2 });
  });

  test('formats JSON as JSON, and a file named twice once', async () => {
    const cwd = await directoryOf({ 'p.json': '{"rules":[],"version":1}' });
    expect(await cli(['fmt', 'p.json', './p.json'], { cwd })).toMatchObject({ code: 0, stdout: 'p.json\n' });
    expect(await content(cwd, 'p.json')).toBe('{\n  "version": 1,\n  "rules": []\n}\n');
  });

  test('formats standard input', async () => {
    expect(await cli(['fmt', '-'], { stdin: BAD })).toEqual({ code: 0, stdout: FORMATTED, stderr: '' });
    expect(await cli(['fmt', '-', '--check'], { stdin: BAD })).toEqual({ code: 1, stdout: '-\n', stderr: '' });
    expect(await cli(['fmt', '--check', '-'], { stdin: FORMATTED })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await cli(['fmt', '-'], { stdin: BROKEN })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('error[yaml-anchor]'),
    });
  });

  test('writes nothing while one file cannot be read as a document, and shows where', async () => {
    const cwd = await directoryOf({ 'p/a.yaml': BAD, 'p/b.yaml': BROKEN });
    const run = await cli(['fmt', 'p'], { cwd });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(
      'error[yaml-anchor]: anchors are not part of the policy language\n --> p/b.yaml:1:4\n',
    );
    expect(await content(cwd, 'p/a.yaml')).toBe(BAD);
  });

  test('bears a policy that does not load for other reasons', async () => {
    const cwd = await directoryOf({ 'p.yaml': 'surprise: 1\nversion: 9\n' });
    expect(await cli(['fmt', 'p.yaml'], { cwd })).toMatchObject({ code: 0 });
    expect(await content(cwd, 'p.yaml')).toBe('version: 9\nsurprise: 1\n');
  });

  test.each([
    ['a path that is missing', ['fmt', 'nowhere'], 2, '`nowhere` does not exist'],
    ['an empty directory', ['fmt', 'empty'], 3, 'there is no policy file'],
    ['bytes that are not UTF-8', ['fmt', 'latin.yaml'], 2, '`latin.yaml` is not valid UTF-8'],
    ['standard input beside a file', ['fmt', '-', 'empty'], 2, '`-` cannot stand beside other paths'],
    ['an unknown option', ['fmt', '--write'], 2, 'unknown option'],
  ])('refuses %s', async (_, args, code, stderr) => {
    const cwd = await directoryOf({ empty: null });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(cwd, 'latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    expect(await cli(args, { cwd })).toEqual({ code, stdout: '', stderr: expect.stringContaining(stderr) });
  });
});

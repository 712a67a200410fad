import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPolicies } from '../../src/engine/load-policies.ts';
import { directoryOf } from '../files/directory.ts';
import { root, text } from '../repository/repository.ts';
import { cli } from './cli.ts';

describe('init', () => {
  test('writes a policy that loads, and the schema that its first line names', async () => {
    const cwd = await directoryOf({});
    const run = await cli(['init'], { cwd });
    expect(run).toEqual({
      code: 0,
      stdout:
        'policies/trust.yaml\npolicies/trust.test.yaml\npolicies/.policy.schema.json\npolicies/.test.schema.json\n',
      stderr: expect.stringContaining('countersign verify policies'),
    });
    const { policy, diagnostics, sources } = await loadPolicies([join(cwd, 'policies')]);
    expect(diagnostics).toEqual([]);
    expect(policy?.rules.map(({ id, effect }) => `${effect} ${id}`)).toEqual([
      'allow organization-users',
      'allow project-environments',
      'deny root-is-closed',
    ]);
    expect(sources[0]?.text.split('\n')[0]).toBe('# yaml-language-server: $schema=.policy.schema.json');
    expect(await readFile(join(cwd, 'policies/.policy.schema.json'), 'utf8')).toBe(text('schemas/policy.schema.json'));
    expect(await readFile(join(cwd, 'policies/.test.schema.json'), 'utf8')).toBe(text('schemas/test.schema.json'));
    const written = ['.policy.schema.json', '.test.schema.json', 'trust.test.yaml', 'trust.yaml'];
    expect((await readdir(join(cwd, 'policies'))).sort()).toEqual(written);
  });

  test('writes tests that the policy passes', async () => {
    const cwd = await directoryOf({});
    await cli(['init'], { cwd });
    expect(await cli(['test'], { cwd })).toMatchObject({ code: 0, stderr: '30 passed in 1 file\n' });
    expect(await cli(['fmt', '--check', 'policies'], { cwd })).toMatchObject({ code: 0 });
  });

  test('writes where it is told', async () => {
    const cwd = await directoryOf({});
    expect(await cli(['init', 'config/trust'], { cwd })).toMatchObject({ code: 0 });
    expect(await readdir(join(cwd, 'config/trust'))).toContain('trust.yaml');
  });

  test.each([
    ['its own policy', { 'policies/trust.yaml': 'mine' }, /`policies\/trust.yaml` exists already/],
    ['other policies', { 'policies/own.yml': 'mine' }, /`policies\/own.yml` exists already/],
    ['another schema', { 'policies/.policy.schema.json': 'mine' }, /`policies\/.policy.schema.json` exists already/],
    ['other tests', { 'policies/own.test.yaml': 'mine' }, /`policies\/own.test.yaml` exists already/],
    [
      'another schema of tests',
      { 'policies/.test.schema.json': 'mine' },
      /`policies\/.test.schema.json` exists already/,
    ],
    ['a file for a directory', { policies: 'mine' }, /`policies` /],
  ])('leaves %s alone', async (_, files, stderr) => {
    const cwd = await directoryOf(files);
    expect(await cli(['init'], { cwd })).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
    const [path = ''] = Object.keys(files);
    expect(await readFile(join(cwd, path), 'utf8')).toBe('mine');
    expect(
      (await readdir(cwd, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()),
    ).toHaveLength(1);
  });

  test('run many times at once, writes once', async () => {
    const cwd = await directoryOf({});
    const runs = await Promise.all(Array.from({ length: 4 }, () => cli(['init'], { cwd })));
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2]);
  });
});

const published = readdirSync(join(root, 'schemas'))
  .map((file) => file.replace('.schema.json', ''))
  .sort();

describe('schema', () => {
  test.each([[['schema']], [['schema', 'policy']]])('prints the published file for %j', async (args) => {
    expect(await cli(args)).toEqual({ code: 0, stdout: text('schemas/policy.schema.json'), stderr: '' });
  });

  test.each(['polcy', '../package', 'constructor'])('knows no %s, and says what it knows', async (name) => {
    expect(await cli(['schema', name])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: there is no schema \`${name}\`
help: schemas are ${published.join(', ')}
`,
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { root, text } from '../repository/repository.ts';
import { cli } from './cli.ts';
import { AT, fixture, inside } from './fixture.ts';

const POLICY = 'version: 1\nrules: []\n';
const CONFIG = 'version: 1\npolicies: [trust]\nlint: { rules: { missing-schema-line: error } }\n';

test('the nearest configuration names the policies and the levels, and flags win', async () => {
  const top = await directoryOf({
    'countersign.config.yaml': CONFIG,
    'trust/a.yaml': POLICY,
    'deep/er': null,
    '.git': null,
  });
  const cwd = `${top}/deep/er`;
  expect(await cli(['lint', '--format', 'compact'], { cwd })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^\.\.\/\.\.\/trust\/a\.yaml:1:1: error missing-schema-line/),
  });
  expect(await cli(['lint', '--rule', 'missing-schema-line=off'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  expect(await cli(['fmt', '--check'], { cwd })).toMatchObject({ code: 0 });
  expect(await cli(['lint', '--no-config'], { cwd })).toMatchObject({ code: 2 });
});

test('a configuration that is wrong is refused with its places', async () => {
  const cwd = await directoryOf({ 'c.yaml': 'version: 1\nlint: { rules: { rule-expird: off }, maxWarnings: no }\n' });
  const { code, stderr } = await cli(['lint', '--config', 'c.yaml'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('c.yaml:2:18');
  expect(stderr).toContain('did you mean `rule-expired`?');
  expect(stderr).toContain('expected a whole number, found a string');
});

test('the search ends at the root of the repository', async () => {
  const top = await directoryOf({ 'countersign.config.yaml': CONFIG, 'repository/.git': null });
  const { code, stderr } = await cli(['lint'], { cwd: `${top}/repository` });
  expect([code, stderr]).toEqual([2, expect.stringContaining('`policies` does not exist')]);
});

test('a configured path that is missing is said to be configured', async () => {
  const cwd = await directoryOf({ 'countersign.config.yaml': 'version: 1\npolicies: [gone]\n' });
  for (const command of ['lint', 'fmt', 'verify']) {
    const { code, stderr } = await cli([command], { cwd, env: { COUNTERSIGN_TOKEN: 'a.b.c' } });
    expect([command, code, stderr]).toEqual([
      command,
      2,
      expect.stringMatching(/`gone`, one of the `policies` of `countersign.config.yaml`, does not exist\nhelp: mend/),
    ]);
  }
});

test('verify takes the policies of the configuration', async () => {
  const shop = await fixture({ 'countersign.config.yaml': 'version: 1\npolicies: [policies]\n', 'deep/er': '' });
  const args = ['verify', '--jwks', '../jwks.json', '--at', AT, '--action', 'read', '--resource', 'secret/payments/db'];
  const surroundings = { cwd: inside(shop, 'deep'), env: { COUNTERSIGN_TOKEN: shop.token } };
  expect(await cli(args, surroundings)).toMatchObject({ code: 0 });
  expect(await cli([...args, '--no-config'], surroundings)).toMatchObject({ code: 2 });
});

test('a configuration that is named is checked, also beside paths', async () => {
  const cwd = await directoryOf({ 'c.yaml': 'version: 1\npolices: [a.yaml]\n', 'a.yaml': POLICY });
  for (const command of ['lint', 'fmt', 'verify']) {
    const env = { COUNTERSIGN_TOKEN: 'a.b.c' };
    expect(await cli([command, '--config', 'c.yaml', 'a.yaml'], { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('c.yaml:2:1'),
    });
  }
  expect(await cli(['fmt', '--config', 'none.yaml', '-'], { cwd, stdin: POLICY })).toMatchObject({
    code: 2,
    stdout: '',
  });
});

describe('lint takes from the configuration', () => {
  test('how many warnings pass', async () => {
    const cwd = await directoryOf({
      'countersign.config.yaml': 'version: 1\nlint: { maxWarnings: 0 }\n',
      'a.yaml': POLICY,
    });
    expect(await cli(['lint', 'a.yaml'], { cwd })).toMatchObject({ code: 1 });
    expect(await cli(['lint', 'a.yaml', '--max-warnings', '1'], { cwd })).toMatchObject({ code: 0 });
  });

  test('whether comments ignore', async () => {
    const cwd = await directoryOf({
      'countersign.config.yaml': 'version: 1\nlint: { inlineIgnores: false, rules: { missing-schema-line: off } }\n',
      'a.yaml': `version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, audiences: [https://secrets.example.com] }
rules:
  - id: old
    description: Over.
    effect: deny
    when: { issuer: gitpod }
    grants: [{ actions: [read] }]
    # countersign-ignore rule-expired -- kept as a record
    valid: { until: 2020-01-01T00:00:00Z }
`,
    });
    const found = { stdout: expect.stringContaining('[rule-expired]') };
    expect(await cli(['lint', 'a.yaml'], { cwd })).toMatchObject(found);
    expect(await cli(['lint', 'a.yaml', '--inline-config'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  });

  test('the format', async () => {
    const cwd = await directoryOf({
      'countersign.config.yaml': 'version: 1\nlint: { format: json }\n',
      'a.yaml': POLICY,
    });
    expect(JSON.parse((await cli(['lint', 'a.yaml'], { cwd })).stdout)).toMatchObject({ version: 1 });
    expect((await cli(['lint', 'a.yaml', '--format', 'compact'], { cwd })).stdout).toMatch(/^a\.yaml:1:1: /);
  });
});

test('the schema of the configuration is printed', async () => {
  expect(await cli(['schema', 'config'])).toEqual({ code: 0, stdout: text('schemas/config.schema.json'), stderr: '' });
});

test('the help of schema names every schema', async () => {
  const names = readdirSync(join(root, 'schemas')).map((file) => `\`${file.replace('.schema.json', '')}\``);
  const { stdout } = await cli(['schema', '--help']);
  const words = stdout.replace(/\s+/g, ' ');
  expect(names.filter((name) => !words.includes(name) || !text('README.md').includes(name))).toEqual([]);
});

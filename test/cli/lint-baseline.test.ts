import { expect, test } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli, type Run } from './cli.ts';

const FILE = 'countersign.baseline.json';
const ISSUERS = `version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, audiences: [https://secrets.example.com] }
`;
const RULE = `  - id: old
    description: Over.
    effect: deny
    when: { issuer: gitpod }
    grants: [{ actions: [read] }]
    valid: { until: 2020-01-01T00:00:00Z }
`;
const RULES = `version: 1\nrules:\n${RULE}`;

interface Shop {
  readonly lint: (...args: readonly string[]) => Promise<Run>;
  readonly put: (file: string, content: string) => Promise<void>;
  readonly read: (file: string) => Promise<string>;
  readonly cwd: string;
}

async function shop(files: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const cwd = await directoryOf({ 'policies/issuers.yaml': ISSUERS, 'policies/rules.yaml': RULES, ...files });
  return {
    cwd,
    lint: (...args) => cli(['lint', '--format', 'compact', ...args], { cwd }),
    put: (file, content) => writeFile(join(cwd, file), content),
    read: (file) => readFile(join(cwd, file), 'utf8'),
  };
}

test('findings that are listed are left out, also where lines move', async () => {
  const { lint, put, read } = await shop();
  expect(await lint('--write-baseline')).toEqual({
    code: 0,
    stdout: '',
    stderr: `wrote \`${FILE}\`\nno problems in 2 files, 3 known findings left out\n`,
  });
  const baseline = await read(FILE);
  const valid = new Ajv2020().validate(JSON.parse(text('schemas/lint-baseline.schema.json')), JSON.parse(baseline));
  expect(valid).toBe(true);
  expect(baseline.split('\n').filter((line) => line.includes('"file"'))).toEqual([
    expect.stringMatching(/^ {4}\{ "file": "policies\/issuers.yaml", "rule": "missing-schema-line", .*"count": 1 \},$/),
    expect.stringContaining('"policies/rules.yaml", "rule": "missing-schema-line"'),
    expect.stringContaining('"policies/rules.yaml", "rule": "rule-expired"'),
  ]);
  await put('policies/rules.yaml', RULES.replace('rules:', '\n\nrules:'));
  expect(await lint('--baseline', FILE, '--max-warnings', '0')).toMatchObject({ code: 0, stdout: '' });
  await lint('--write-baseline');
  expect(await read(FILE)).toBe(baseline);
  expect((await lint()).stdout).toContain('rule-expired');
});

test('a finding that is new is reported', async () => {
  const { lint, put } = await shop();
  await lint('--write-baseline');
  await put('policies/rules.yaml', `${RULES}${RULE.replace('id: old', 'id: older')}`);
  const { stdout } = await lint('--baseline', FILE, '--rule', 'redundant-deny=off');
  expect(stdout).toMatch(/^policies\/rules.yaml:14:\d+: warning rule-expired [^\n]*\n$/);
});

test('entries that are found no longer are reported, and go when it is written again', async () => {
  const { lint, put, read, cwd } = await shop();
  await lint('--write-baseline');
  await rm(join(cwd, 'policies/rules.yaml'));
  await put('policies/other.yaml', ISSUERS.replace('gitpod:', 'other:').replace('app.', 'other.'));
  expect((await lint('--baseline', FILE, '--rule', 'missing-schema-line=off')).stderr).toContain(
    `warning: 1 finding listed in \`${FILE}\` can be found no longer\nhelp: refresh it with \`--write-baseline\`\n`,
  );
  await lint('--write-baseline');
  expect(await read(FILE)).not.toContain('rules.yaml');
});

test('entries of files that were not looked at stay', async () => {
  const { lint, read } = await shop();
  await lint('--write-baseline');
  const before = await read(FILE);
  expect((await lint('--baseline', FILE, 'policies/issuers.yaml')).stderr).toBe(
    'no problems in 1 file, 1 known finding left out\n',
  );
  await lint('--write-baseline', 'policies/issuers.yaml');
  expect(await read(FILE)).toBe(before);
});

test('the configuration names the baseline from where it lies, and flags win', async () => {
  const config = 'version: 1\npolicies: [policies]\nlint: { baseline: known.baseline.json }\n';
  const { lint, read, cwd } = await shop({ 'countersign.config.yaml': config, 'deep/er': '' });
  const deep = (...args: readonly string[]): Promise<Run> => cli(['lint', ...args], { cwd: join(cwd, 'deep') });
  expect(await deep('--write-baseline')).toMatchObject({ code: 0, stdout: '' });
  expect(await read('known.baseline.json')).toContain('"policies/rules.yaml"');
  expect(await lint('--max-warnings', '0')).toMatchObject({ code: 0, stdout: '' });
  expect(await lint('--max-warnings', '0', '--no-baseline')).toMatchObject({ code: 1 });
});

test('load errors are never left out, and leave the baseline as it is', async () => {
  const { lint, put, read } = await shop();
  await lint('--write-baseline');
  const before = await read(FILE);
  await put('policies/rules.yaml', RULES.replace('effect', 'effct'));
  const { code, stdout, stderr } = await lint('--write-baseline');
  expect([code, stdout]).toEqual([1, expect.stringContaining('unknown-key')]);
  expect(stderr).toContain('was not written: the policy does not load');
  expect(await read(FILE)).toBe(before);
});

test('a baseline among the policies is no policy', async () => {
  const { lint } = await shop();
  const args = ['--baseline', 'policies/known.baseline.json'];
  expect(await lint('--write-baseline', ...args)).toMatchObject({ code: 0 });
  expect(await lint(...args)).toMatchObject({ code: 0, stdout: '' });
});

test.each<[name: string, args: readonly string[], stderr: RegExp]>([
  ['that is missing', ['--baseline', 'none.baseline.json'], /`none.baseline.json` does not exist\nhelp: `--write-b/],
  ['that is not of its form', ['--baseline', 'bad.baseline.json'], /bad.baseline.json:2:\d+[\s\S]*help: mend the base/],
  ['that would be lost', ['--baseline', 'bad.baseline.json', '--write-baseline'], /bad.baseline.json:2:\d+/],
  ['that is named like a policy', ['--baseline', 'known.json'], /name of a policy file\nhelp: call it `NAME/],
  ['to write and not to heed', ['--write-baseline', '--no-baseline'], /exclude each other/],
  ['to write in rehearsal', ['--write-baseline', '--fix-dry-run'], /exclude each other/],
])('refuses a baseline %s', async (_, args, stderr) => {
  const { lint, read } = await shop({ 'bad.baseline.json': '{ "version": 1,\n  "findings": [{ "file": 1 }] }\n' });
  expect(await lint(...args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  expect(await read('bad.baseline.json')).toContain('"file": 1');
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { lintRules } from '../../src/lint/registry.ts';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli, type Run } from './cli.ts';
import { expectWellFormed } from './output/well-formed.ts';

const SCHEMA = '# yaml-language-server: $schema=.policy.schema.json\n';
const ISSUERS = `${SCHEMA}version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://secrets.example.com] }
`;
const rules = (until: string): string => `${SCHEMA}version: 1
rules:
  - id: payments-read
    description: Environments of the payments project read its secrets.
    effect: allow
    when:
      issuer: gitpod
      subject: org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198
    grants:
      - actions: [read]
        resources: ["secret/payments/**"]
    valid: { until: ${until} } # the end
`;
const CLEAN = rules('2099-01-01T00:00:00Z');
const EXPIRED = rules('2020-01-01T00:00:00Z');

/** What of a SARIF result is asked for here. */
interface Result {
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

/** Wrong in many ways. */
const BAD = `version: 1

issuers:
  gitpod:
    url: https://app.gitpod.io/
    subject: gitpod
    audiences: [https://secrets.example.com, sts.amazonaws.com]
    maxTokenAge: 30d

rules:
  # Everyone who has a token.
  - id: anyone
    effect: allow
    when: { issuer: gitpod }
    grants:
      - actions: ["*"]
        resources: ["**"]

  - id: payments-read
    description: Environments of the payments project read its secrets.
    effect: allow
    when:
      issuer: gitpod
      audience: https://secrets.example.com
      subject: org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198
    grants:
      - actions: [read]
        resources: ["secret/payments/**"]
    valid: { until: 2020-01-01T00:00:00Z }
`;

let shop: string;
beforeAll(async () => {
  shop = await directoryOf({
    'clean/issuers.yaml': ISSUERS,
    'clean/rules.yaml': CLEAN,
    'expired/issuers.yaml': ISSUERS,
    'expired/rules.yaml': EXPIRED,
    'broken/issuers.yaml': ISSUERS,
    'broken/rules.yaml': EXPIRED.replace('effect', 'effct'),
    'bad/policy.yaml': BAD,
    'mixed/package.json': '{"name": "shop"}',
    'mixed/policy.yaml': `${ISSUERS}${EXPIRED.replace(`${SCHEMA}version: 1\n`, '')}`,
    'binary/policy.yaml': CLEAN,
    'empty/readme.txt': 'nothing here',
  });
  await writeFile(join(shop, 'binary/text.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
  await mkdir(join(shop, 'binary/nothing'));
});

const NOW = ['--now', '2026-06-01T00:00:00Z'];
const lint = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  cli(['lint', ...NOW, ...args], { cwd: shop, env });
const written = (file: string): Promise<string> => readFile(join(shop, file), 'utf8');

describe('lint answers with exit code', () => {
  test.each<[code: number, name: string, args: string[]]>([
    [0, 'for a clean policy', ['clean']],
    [0, 'for warnings', ['expired']],
    [0, 'for as many warnings as may be', ['expired', '--max-warnings', '1']],
    [0, 'for a rule that is off', ['expired', '--rule', 'rule-expired=off', '--max-warnings', '0']],
    [1, 'for more warnings than may be', ['expired', '--max-warnings', '0']],
    [1, 'for more warnings than may be, hidden or not', ['expired', '--max-warnings', '0', '--quiet']],
    [1, 'for a warning that counts as an error', ['expired', '--rule', 'rule-expired=error']],
    [1, 'for a policy that does not load', ['broken']],
    [1, 'for a file that is no text', ['binary']],
    [3, 'for a directory without policies', ['empty']],
  ])('%i %s', async (code, _, args) => {
    const run = await lint(args);
    expect({ code: run.code, stack: /^ +at /m.test(run.stderr) }).toEqual({ code, stack: false });
  });

  test.each<[name: string, args: string[], stderr: RegExp]>([
    ['a path that is missing', ['nowhere'], /`nowhere` does not exist/],
    ['the default path where it is missing', [], /`policies` does not exist\nhelp: .*countersign init/],
    [
      'a rule that is unknown',
      ['--rule', 'rule-expird=off'],
      /no lint rule `rule-expird`\nhelp: did you mean `rule-expired`\?/,
    ],
    ['a rule without a level', ['--rule', 'rule-expired'], /write `ID=off`/],
    [
      'a level that is unknown',
      ['--rule', 'rule-expired=info'],
      /cannot be `info`\nhelp: choices are off, warning, error/,
    ],
    ['a rule twice', ['--rule', 'rule-expired=off', '--rule', 'rule-expired=error'], /given only once/],
    ['to explain what is unknown', ['--explain', 'zzz'], /no lint rule `zzz`/],
    ['a format that is unknown', ['--format', 'xml'], /choices are pretty, compact, json, sarif, github, junit/],
    ['two formats on stdout', ['clean', '--format', 'json', '--format', 'sarif'], /two formats go to standard output/],
    ['two files of one format', ['--output', 'a', '--output', 'b'], /follows no format/],
    ['one file of two formats', ['--output', 'a', '--format', 'json', '--output', 'a'], /two formats go to `a`/],
    ['an output that cannot be written', ['clean', '--output', 'nowhere/a'], /`nowhere\/a` does not exist/],
    ['warnings below zero', ['--max-warnings=-1'], /write a number, 0 or more/],
    ['both kinds of fixing', ['clean', '--fix', '--fix-dry-run'], /exclude each other/],
    ['a time without offset', ['--now', '2026-01-01'], /given only once/],
  ])('2 for %s', async (_, args, stderr) => {
    expect(await lint(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('2 for a time that is none', async () => {
    const run = await cli(['lint', 'clean', '--now', 'noon'], { cwd: shop });
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/`--now` cannot be `noon`/) });
  });
});

describe('of a bad file', () => {
  test.each(['pretty', 'compact'])('%s', async (format) => {
    const { stdout, stderr } = await lint(['bad', '--format', format]);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toMatch(/^(\d+ errors? and )?\d+ warnings in 1 file\n$/);
  });

  test('sarif', async () => {
    const { stdout } = await lint(['bad', '--format', 'sarif']);
    const [run] = JSON.parse(stdout).runs;
    expect(run.results).toMatchSnapshot();
    for (const { ruleId, ruleIndex, locations } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(locations[0].physicalLocation.artifactLocation.uri).toBe('bad/policy.yaml');
    }
    const prints = (run.results as Result[]).map((one) => one.partialFingerprints.primaryLocationLineHash);
    expect(new Set(prints).size).toBe(prints.length);
    expect((await lint(['bad', '--format', 'sarif'])).stdout).toBe(stdout);
  });
});

describe('formats', () => {
  test('are all written, each to its file, also of a policy that does not load', async () => {
    const files = ['compact', 'json', 'sarif', 'github', 'junit'];
    const outputs = files.flatMap((format) => ['--format', format, '--output', `out.${format}`]);
    for (const [directory, code] of [
      ['broken', 'unknown-key'],
      ['expired', 'rule-expired'],
    ] as const) {
      const { stdout } = await lint([directory, '--format', 'pretty', ...outputs]);
      expect(stdout).toContain(`[${code}]`);
      for (const format of files) expect(await written(`out.${format}`)).toContain(code);
      expectWellFormed(await written('out.junit'));
      const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/lint-output.schema.json')));
      expect([validate(JSON.parse(await written('out.json'))), validate.errors]).toEqual([true, null]);
    }
  });

  test('are annotations by default in GitHub Actions', async () => {
    const { stdout } = await lint(['expired'], { GITHUB_ACTIONS: 'true' });
    expect(stdout).toMatch(/^::warning file=expired\/rules.yaml,line=13,.*,title=rule-expired::/);
    expect((await lint(['expired', '--format', 'compact'], { GITHUB_ACTIONS: 'true' })).stdout).toMatch(/^expired/);
  });

  test('go by errors only with --quiet', async () => {
    const { stdout, stderr } = await lint(['expired', '--quiet']);
    expect([stdout, stderr]).toEqual(['', '1 warning in 2 files\n']);
  });

  test('repeat no token', async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`;
    await writeFile(join(shop, 'token.txt'), token);
    const { code, stdout } = await lint(['token.txt']);
    expect([code, stdout.includes('aaaaaaaa'), stdout.includes('<token>')]).toEqual([1, false, true]);
  });
});

describe('a file that is named', () => {
  test('is judged with its directory, and reported on alone', async () => {
    expect(await lint(['expired/rules.yaml', '--format', 'compact'])).toEqual({
      code: 0,
      stdout: 'expired/rules.yaml:13:21: warning rule-expired the rule is not in force any more\n',
      stderr: '1 warning in 1 file\n',
    });
    expect(await lint(['expired/issuers.yaml'])).toEqual({ code: 0, stdout: '', stderr: 'no problems in 1 file\n' });
  });

  test('is judged without what does not load beside it, and says so', async () => {
    const { code, stdout, stderr } = await lint(['mixed/policy.yaml', '--format', 'compact']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^mixed\/policy.yaml:.* rule-expired [^\n]*\n$/)]);
    expect(stderr).toMatch(/^warning: `mixed\/package.json` does not load and was left out/);
  });

  test('is not clean where it does not load without those', async () => {
    await mkdir(join(shop, 'half'));
    await writeFile(join(shop, 'half/issuers.yaml'), 'version: 2\n');
    await writeFile(join(shop, 'half/rules.yaml'), CLEAN);
    const { code, stdout } = await lint(['half/rules.yaml', '--format', 'compact']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('unknown-issuer')]);
  });
});

describe('comments that ignore', () => {
  test('count unless --no-inline-config says otherwise', async () => {
    const ignored = EXPIRED.replace(
      '    valid',
      '    # countersign-ignore rule-expired -- kept as a record\n    valid',
    );
    await mkdir(join(shop, 'ignored'));
    await writeFile(join(shop, 'ignored/issuers.yaml'), ISSUERS);
    await writeFile(join(shop, 'ignored/rules.yaml'), ignored);
    expect(await lint(['ignored'])).toMatchObject({ stdout: '', stderr: 'no problems in 2 files\n' });
    expect((await lint(['ignored', '--no-inline-config'])).stdout).toContain('[rule-expired]');
  });
});

describe('fixing', () => {
  const FIXABLE = `version: 1 # one
# the issuer
issuers:
  gitpod: { url: 'https://app.gitpod.io/', subject: gitpod, audiences: [https://secrets.example.com] }   # two
${CLEAN.slice(CLEAN.indexOf('rules:'))}`;
  const FIXED = FIXABLE.replace('gitpod.io/', 'gitpod.io');

  test('changes what it should, and no comment or space beside it', async () => {
    await mkdir(join(shop, 'fix'));
    await writeFile(join(shop, 'fix/a.yaml'), FIXABLE);
    expect(await lint(['fix', '--fix'])).toEqual({ code: 0, stdout: '', stderr: 'no problems in 1 file\n' });
    const [schema = '', ...rest] = (await written('fix/a.yaml')).split('\n');
    expect(schema).toMatch(/^# yaml-language-server: \$schema=/);
    expect(rest.join('\n')).toBe(FIXED);
  });

  test('in rehearsal prints a diff that can be applied, and changes nothing', async () => {
    await mkdir(join(shop, 'dry'));
    await writeFile(join(shop, 'dry/a.yaml'), FIXABLE);
    const { code, stdout } = await lint(['dry', '--fix-dry-run']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^--- a\/dry\/a\.yaml\n\+\+\+ b\/dry\/a\.yaml\n@@ -1,/)]);
    expect(await written('dry/a.yaml')).toBe(FIXABLE);
    await writeFile(join(shop, 'dry.patch'), stdout);
    execFileSync('git', ['apply', 'dry.patch'], { cwd: shop });
    expect((await written('dry/a.yaml')).split('\n').slice(1).join('\n')).toBe(FIXED);
  });
});

describe('lint rules', () => {
  test('are listed, each once', async () => {
    const { code, stdout } = await lint(['--list-rules']);
    expect([
      code,
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ]).toEqual([0, lintRules.map(({ id }) => id)]);
  });

  test('are explained by their pages', async () => {
    expect(await lint(['--explain', 'rule-expired'])).toEqual({
      code: 0,
      stdout: text('src/lint/rules/rule-expired.md'),
      stderr: '',
    });
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { text } from '../repository/repository.ts';
import { directoryOf } from '../files/directory.ts';
import { cli } from './cli.ts';
import { POLICY } from './fixture.ts';

interface Found {
  readonly class: string;
  readonly change: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly approved?: string;
  readonly confirmed: boolean;
}

interface Report {
  readonly gains: readonly Found[];
  readonly losses: readonly Found[];
  readonly unchanged: readonly { readonly how: string }[];
  readonly unusedApprovals: readonly unknown[];
}

/** Writes more, for a longer time, and reads less. */
const CHANGED = POLICY.replace('[read, list]', '[read, write]').replace('ttl: 15m', 'ttl: 30m');
const RENAMED = POLICY.replace('id: no-root', 'id: root-is-closed');

let cwd = '';
beforeAll(async () => {
  cwd = await directoryOf({
    'old/trust.yaml': POLICY,
    'new/trust.yaml': CHANGED,
    'renamed/other.yaml': RENAMED,
    'broken/trust.yaml': POLICY.replace('effect: allow', 'effect: perhaps'),
    'empty/README.md': '',
    'approved.yaml': 'version: 1\ngains:\n  - fingerprint: nothing\n',
  });
  await cli(['bundle', 'old', '-o', 'old.bundle.json'], { cwd });
});

const diff = (...args: string[]) => cli(['diff', ...args], { cwd });

async function report(...args: string[]): Promise<Report> {
  const { stdout } = await diff(...args, '--format', 'json');
  return JSON.parse(stdout) as Report;
}

const changes = (found: readonly Found[]): readonly string[] => found.map((one) => `${one.class} ${one.change}`);

test('says what is gained and lost, with an example, in every format', async () => {
  const { code, stdout, stderr } = await diff('old', 'new');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchSnapshot('pretty');
  for (const format of ['json', 'markdown', 'github']) {
    const other = await diff('old', 'new', '--format', format);
    expect([other.code, other.stderr]).toEqual([0, '2 gains, 1 loss\n']);
    expect(other.stdout).toMatchSnapshot(format);
  }
});

test('prints JSON under its schema', async () => {
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/diff-output.schema.json')));
  for (const fresh of ['new', 'renamed']) {
    expect([validate(await report('old', fresh)), validate.errors]).toEqual([true, null]);
  }
});

test.each([
  ['old', 'old', 'nothing changed\n'],
  ['old.bundle.json', 'old', 'nothing changed\n'],
  ['old', 'renamed', 'nothing changed in meaning (3 rules otherwise written)\n'],
])('of %s and %s says that nothing changed', async (old, fresh, said) => {
  const { code, stdout, stderr } = await diff(old, fresh, '--fail-on', 'any');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.endsWith(said)).toBe(true);
});

test.each([
  [['old', 'new'], 0],
  [['old', 'new', '--fail-on', 'gain'], 1],
  [['old', 'new', '--fail-on', 'loss'], 1],
  [['old', 'new', '--fail-on', 'any'], 1],
  [['old/trust.yaml', 'renamed/other.yaml', '--fail-on', 'any'], 0],
])('%j answers %i', async (args, code) => {
  expect((await diff(...args)).code).toBe(code);
});

describe('approved gains', () => {
  const approve = (fingerprints: readonly string[]): string =>
    `version: 1\ngains:\n${fingerprints.map((one) => `  - { fingerprint: ${one}, reason: meant }\n`).join('')}`;

  test('do not fail, and those that nothing uses are named', async () => {
    const { gains } = await report('old', 'new');
    const file = join(cwd, 'approvals.yaml');
    const fail = ['--fail-on', 'gain', '--allow-gain', 'approvals.yaml'];
    writeFileSync(file, approve(gains.map(({ fingerprint }) => fingerprint)));
    expect((await diff('old', 'new', ...fail)).code).toBe(0);
    writeFileSync(file, approve(gains.slice(1).map(({ fingerprint }) => fingerprint)));
    expect((await diff('old', 'new', ...fail)).code).toBe(1);
    writeFileSync(file, approve(['0'.repeat(32)]));
    const { code, stderr } = await diff('old', 'new', ...fail);
    expect(code).toBe(1);
    expect(stderr).toBe(`warning: no gain has the approved fingerprint \`${'0'.repeat(32)}\` (meant)\n`);
  });

  test('stay approved when the rules move, and not when they change', async () => {
    const [gain] = (await report('old', 'new')).gains;
    writeFileSync(join(cwd, 'moved.yaml'), `# moved\n\n${CHANGED}`);
    writeFileSync(join(cwd, 'wider.yaml'), CHANGED.replace('[read, write]', '[read, write, delete]'));
    expect((await report('old', 'moved.yaml')).gains[0]?.fingerprint).toBe(gain?.fingerprint);
    expect((await report('old', 'wider.yaml')).gains[0]?.fingerprint).not.toBe(gain?.fingerprint);
  });

  test('without a reason are refused', async () => {
    const { code, stderr } = await diff('old', 'new', '--allow-gain', 'approved.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('approved.yaml:3:5');
  });
});

test.each<[args: string[], said: string]>([
  [['gone', 'new'], 'the old policy: '],
  [['old', 'gone'], 'the new policy: '],
  [['broken', 'new'], 'the old policy, `broken`, does not load'],
  [['old', 'empty'], 'the new policy: there is no policy file'],
  [['git:--upload-pack=x:old', 'new'], '`--upload-pack=x` cannot be a revision'],
  [['git:HEAD', 'new'], 'is not of the form `git:REV:path`'],
  [['git::old', 'new'], 'is not of the form `git:REV:path`'],
  [['git:HEAD:old', 'new'], 'git cannot read a repository here'],
  [['old', 'new', '--fail-on', 'all'], '`--fail-on` cannot be `all`'],
])('%j is refused', async (args, said) => {
  const { code, stdout, stderr } = await diff(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(said);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('hostile words in a policy stay within code', async () => {
  const id = 'a`</details><img src=x onerror=alert(1)>@team';
  const hostile = JSON.stringify({
    version: 1,
    issuers: { g: { url: 'https://g.example', audiences: ['one\u001b[31m`', 'two'].slice(1) } },
    rules: [{ id: 'a', effect: 'allow', when: { issuer: 'g', subject: id, claims: { [id]: '```\n# x' } } }],
  });
  writeFileSync(join(cwd, 'hostile.json'), hostile);
  const { stdout } = await diff('old', 'hostile.json', '--format', 'markdown');
  const outside = stdout.replace(/^ *```json\n[^]*?^ *```$/gmu, '').replace(/`[^`\n]*`/gu, '');
  expect(outside).not.toMatch(/onerror|@team|# x/);
  expect(stdout.match(/<\/details>/gu)?.length).toBeGreaterThan(0);
  expect(outside.match(/<details>/gu)?.length).toBe(outside.match(/<\/details>/gu)?.length);
});

describe('from git', () => {
  let repository = '';
  const git = (at: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.com', ...args], {
      cwd: at,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    });
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), content);
  };
  const compare = (at: string, ...args: string[]) => cli(['diff', ...args], { cwd: at });

  beforeAll(async () => {
    repository = await directoryOf({});
    git(repository, 'init', '--quiet', '--initial-branch=main');
    write('policies/team é/trust.yaml', POLICY);
    write('policies/trust.test.yaml', 'not: a policy');
    write('policies/.hidden/x.yaml', 'not: a policy');
    symlinkSync('team é/trust.yaml', join(repository, 'policies/link.yaml'));
    write(
      'trusting/trust.yaml',
      POLICY.replace('subject: gitpod', 'subject: gitpod\n    jwks: { file: ../keys.json }'),
    );
    write('keys.json', '{"keys":[{"kty":"OKP","kid":"first"}]}');
    write('leading/README.md', '');
    symlinkSync('../policies/team é/trust.yaml', join(repository, 'leading/out.yaml'));
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'one');
    write('policies/team é/trust.yaml', CHANGED);
    write('keys.json', '{"keys":[{"kid":"first","kty":"OKP"},{"kty":"OKP","kid":"second"}]}');
    git(repository, 'commit', '--quiet', '--all', '--message', 'two');
  });

  test('compares a revision with the working directory, and two revisions', async () => {
    for (const args of [
      ['git:HEAD~1:policies', 'policies'],
      ['git:main~1:policies/', 'git:main:./policies'],
      ['git:HEAD~1:policies/team é/trust.yaml', 'policies/team é/trust.yaml'],
    ]) {
      const { stdout } = await compare(repository, ...args, '--format', 'json');
      const found = JSON.parse(stdout) as Report;
      expect([changes(found.gains), changes(found.losses)]).toEqual([
        ['access allow-changed', 'ttl allow-changed'],
        ['access allow-changed'],
      ]);
      expect(stdout).toContain('"file": "policies/team é/trust.yaml"');
    }
  });

  test('reads key files as of the revision', async () => {
    const { stdout } = await compare(repository, 'git:HEAD~1:trusting', 'git:HEAD:trusting', '--format', 'json');
    const { gains, losses } = JSON.parse(stdout) as Report;
    expect([gains.map(({ message }) => message), losses]).toEqual([
      ['keys of `https://app.gitpod.io` are now trusted: `second`'],
      [],
    ]);
    const same = await compare(repository, 'git:HEAD:trusting', 'trusting');
    expect(same.stdout).toBe('nothing changed\n');
  });

  test('takes the path from the working directory', async () => {
    const { code, stdout } = await compare(join(repository, 'policies'), 'git:HEAD:.', '.');
    expect([code, stdout]).toEqual([0, 'nothing changed\n']);
  });

  test('refuses a link that leads out of the path', async () => {
    const { code, stderr } = await compare(repository, 'git:HEAD:leading', 'policies');
    expect([code, stderr]).toEqual([
      2,
      'error: the old policy: the link `leading/out.yaml` leads out of `leading`\nhelp: name what it leads to\n',
    ]);
  });

  test('says what is not there', async () => {
    const { code, stderr } = await compare(repository, 'git:v1:policies', 'policies');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: the old policy: the repository has no revision `v1`\nhelp: fetch it/);
    expect((await compare(repository, 'git:HEAD:gone', 'policies')).stderr).toMatch(
      /there is no `gone` at `[0-9a-f]{12}`/,
    );
  });

  test('says how to fetch where the clone is shallow', async () => {
    const shallow = join(await directoryOf({}), 'clone');
    git(repository, 'clone', '--quiet', '--depth=1', pathToFileURL(repository).href, shallow);
    const { code, stderr } = await compare(shallow, 'git:HEAD~1:policies', 'policies');
    expect(code).toBe(2);
    expect(stderr).toContain('the repository has no revision `HEAD~1`, and is a shallow clone');
    expect(stderr).toContain('git fetch --unshallow');
    git(shallow, 'fetch', '--quiet', '--unshallow');
    expect((await compare(shallow, 'git:HEAD~1:policies', 'policies', '--fail-on', 'gain')).code).toBe(1);
  });
});

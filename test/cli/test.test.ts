import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { cli, collect, ended, start } from './cli.ts';
import { POLICY } from './fixture.ts';

const SUITE = `version: 1
principals:
  env: { sub: "org:acme/prj:payments/env:e1", claims: { team: payments } }
  stranger: { sub: "org:acme/prj:other/env:e1", claims: { team: payments } }
tests:
  - name: environments read
    given: env
    when: { action: read, resource: secret/payments/db }
    expect: { effect: allow, rules: [payments-read] }
  - matrix:
      given: [env, stranger]
      when:
        db: { action: read, resource: secret/payments/db }
        root: { action: read, resource: secret/payments/root }
      expect: { env: [db] }
`;

const TREE = { 'policies/trust.yaml': POLICY, 'policies/trust.test.yaml': SUITE };
const FAILING = `${SUITE}  - { name: others read, given: stranger, when: { action: read, resource: secret/payments/db }, expect: allow }\n`;
const LISTS = `version: 1
tests:
  - given: { sub: "org:acme/prj:payments/env:e1", claims: { team: payments } }
    when: { action: list, resource: secret/payments/db }
    expect: allow
`;

describe('test', () => {
  test('runs every test file below policies/, and says how many passed', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/more/x.test.yaml': SUITE, 'policies/more/a.yaml': POLICY });
    expect(await cli(['test'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('duplicate-rule-id'),
    });
    expect(await cli(['test', 'policies/trust.test.yaml', 'policies/more'], { cwd })).toMatchObject({ code: 2 });
    expect(await cli(['test', 'policies/more'], { cwd })).toEqual({
      code: 0,
      stdout: 'PASS  policies/more/x.test.yaml  5 cases\n',
      stderr: '5 passed in 1 file\n',
    });
  });

  test('says of a case that failed where it stands, what was expected and what came, and why', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/trust.test.yaml': FAILING });
    const { code, stdout, stderr } = await cli(['test'], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '1 failed, 5 passed in 1 file\n' });
    expect(stdout).toContain('FAIL  policies/trust.test.yaml  1 of 6 cases\n');
    expect(stdout).toContain('  others read  policies/trust.test.yaml:16:7\n    expected `allow`, came `deny`\n');
    expect(stdout).toContain('no trust rule covers the subject `org:acme/prj:other/env:e1`');
  });

  test('holds a suite against the policies that it names, relative to its file', async () => {
    const cwd = await directoryOf({
      'rules/trust.yaml': POLICY,
      'cases/trust.test.yaml': SUITE.replace('version: 1', 'version: 1\npolicies: [../rules]'),
    });
    expect(await cli(['test', 'cases'], { cwd })).toMatchObject({ code: 0 });
  });

  test('takes the paths of the configuration where none are given', async () => {
    const cwd = await directoryOf({
      'countersign.config.yaml': 'version: 1\npolicies: [trust]\n',
      'trust/trust.yaml': POLICY,
      'trust/trust.test.yaml': SUITE,
    });
    expect(await cli(['test'], { cwd })).toMatchObject({ code: 0 });
  });

  test('--filter runs the cases with a text in their name', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/trust.test.yaml': FAILING });
    expect(await cli(['test', '--filter', 'ROOT'], { cwd })).toMatchObject({ code: 0, stderr: '2 passed in 1 file\n' });
  });

  test.each<[what: string, files: Record<string, string>, args: readonly string[], code: number, stderr: RegExp]>([
    ['no test', { 'policies/trust.yaml': POLICY }, [], 3, /^error: there is no test file .* in `policies`\nhelp: /],
    ['no case of that name', TREE, ['--filter', 'nowhere'], 3, /^error: no case has `nowhere` in its name\n/],
    ['no policies/', {}, [], 2, /^error: .*policies/],
    [
      'no policy beside',
      { 'policies/a.test.yaml': SUITE },
      [],
      2,
      /^error: the policies that `policies\/a.test.yaml` tests: there is no policy/,
    ],
    [
      'a policy that is missing',
      { 'a.test.yaml': SUITE.replace('1', '1\npolicies: [gone]') },
      ['a.test.yaml'],
      2,
      /gone/,
    ],
    ['a format that is none', TREE, ['--format', 'tap'], 2, /^error: `--format` cannot be `tap`\nhelp: choices are /],
    [
      'a percentage that is none',
      TREE,
      ['--coverage-min', '101'],
      2,
      /^error: `--coverage-min` cannot be `101`\nhelp: /,
    ],
    [
      'two formats for one output',
      TREE,
      ['--format', 'pretty', '--format', 'pretty'],
      2,
      /two formats go to standard output/,
    ],
  ])('refuses %s', async (_, files, args, code, stderr) => {
    const cwd = await directoryOf(files);
    expect(await cli(['test', ...args], { cwd })).toEqual({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('shows what is wrong with a test, and with a policy once for all that test it', async () => {
    const cwd = await directoryOf({
      'policies/trust.yaml': `${POLICY}    ttl: soon\n`,
      'policies/a.test.yaml': SUITE.replace('given: env\n', 'given: env\n    exect: allow\n'),
      'policies/b.test.yaml': SUITE,
    });
    const { code, stdout, stderr } = await cli(['test'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('policies/a.test.yaml:8:5');
    expect(stderr.match(/invalid-duration/g)).toHaveLength(1);
    expect(stderr).toContain('error: 2 problems in 2 files');
  });

  test('writes every format that is asked for, and annotations in GitHub Actions', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/trust.test.yaml': FAILING });
    const args = ['--format', 'pretty', '--format', 'junit', '--output', 'a.xml', '--format', 'json', '--output', 'b'];
    const run = await cli(['test', ...args], { cwd });
    expect(run).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAIL/) });
    expect(await readFile(join(cwd, 'a.xml'), 'utf8')).toMatch(/^<\?xml /);
    expect(JSON.parse(await readFile(join(cwd, 'b'), 'utf8'))).toMatchObject({ summary: { passed: 5, failed: 1 } });
    const annotated = await cli(['test'], { cwd, env: { GITHUB_ACTIONS: 'true' } });
    expect(annotated.stdout).toMatch(/^::error file=policies\/trust.test.yaml,line=16,/);
  });
});

test('lint tells of rules that the tests beside them do not reach', async () => {
  const unreached =
    SUITE.replaceAll('org:acme', 'org:other')
      .replace(/expect: .*/g, 'expect: deny')
      .split('  - matrix')[0] ?? '';
  const cwd = await directoryOf({ ...TREE, 'policies/trust.test.yaml': unreached });
  const lint = async (): Promise<string> => (await cli(['lint', '--format', 'compact'], { cwd })).stdout;
  expect(await lint()).toMatch(/rule-without-test/);
  await writeFile(join(cwd, 'policies/trust.test.yaml'), SUITE);
  expect(await lint()).not.toMatch(/rule-without-test/);
});

describe('test --coverage', () => {
  test('shows after the results what no case reaches, of all suites of a policy together', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/more.test.yaml': LISTS });
    const { code, stdout, stderr } = await cli(['test', '--coverage'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '6 passed in 2 files\n' });
    expect(stdout).toMatchInlineSnapshot(`
      "PASS  policies/more.test.yaml  1 case
      PASS  policies/trust.test.yaml  5 cases

       71.4 %  payments-read  5 of 7
               policies/trust.yaml:11  no case is refused for its issuer alone
               policies/trust.yaml:14  no case is refused for its claim \`team\` alone
         75 %  no-root        3 of 4
               policies/trust.yaml:22  no case is refused for its issuer alone
         25 %  trial          1 of 4
               policies/trust.yaml:30  no case is refused for its issuer alone
               policies/trust.yaml:31  no case is refused for its subject alone
               policies/trust.yaml:33  the action \`write\` covers no request of a case

      coverage 60 % (9 of 15)
      "
    `);
  });

  test('--coverage-min fails where less is reached, in every format', async () => {
    const cwd = await directoryOf(TREE);
    expect(await cli(['test', '--coverage-min', '50'], { cwd })).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await cli(['test', '--coverage-min', '99.5', '--format', 'json'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '5 passed in 1 file\nthe cases reach less than 99.5 % of the policies\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({ coverage: { total: { items: 15, covered: 8 } } });
  });

  test('--format lcov needs no --coverage', async () => {
    const cwd = await directoryOf(TREE);
    const { code, stdout } = await cli(['test', '--format', 'lcov'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^TN:\nSF:policies\/trust.yaml\n[^]*\nend_of_record\n$/)]);
  });
});

describe('test --mutate', () => {
  const MUTABLE = {
    'policies/trust.yaml': `version: 1
issuers:
  gitpod: { url: "https://app.gitpod.io", subject: gitpod, audiences: [secrets] }
rules:
  - id: payments
    effect: allow
    when: { issuer: gitpod, subject: org:acme/prj:payments, claims: { team: blue } }
    ttl: 15m
`,
    'policies/trust.test.yaml': `version: 1
tests:
  - { given: { sub: "org:acme/prj:payments/env:e1", claims: { team: blue } }, expect: { effect: allow, ttl: 15m } }
  - { given: { sub: "org:acme/prj:other/env:e1", claims: { team: blue } }, expect: deny }
`,
  };

  test('shows a mutant that no case notices, with a case that does', async () => {
    const cwd = await directoryOf(MUTABLE);
    const { code, stdout, stderr } = await cli(['test', '--mutate'], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '2 passed in 1 file\n1 mutant survives\n' });
    expect(stdout).toMatchInlineSnapshot(`
      "PASS  policies/trust.test.yaml  2 cases

      mutants killed 80 % (4 of 5); not counted: 0 equivalent, 0 undecided

      nothing in your tests notices if rule \`payments\` (policies/trust.yaml:5) is one without its condition on the claim \`team\`; it would also admit:
        - name: "payments is not one without its condition on the claim \`team\`"
          given: { sub: "org:acme/prj:payments/env:x", claims: { team: "" } }
          at: 2026-01-01T00:00:00Z
          expect: deny
      "
    `);
  });

  test('warns of it, and of what no case covers, in GitHub Actions', async () => {
    const cwd = await directoryOf(MUTABLE);
    const { stdout } = await cli(['test', '--mutate', '--coverage', '--format', 'github'], { cwd });
    const places = stdout.match(/^::\w+ file=[^,]*,line=\d+,col=\d+,title=[^:]*/gm);
    expect(places).toEqual([
      '::warning file=policies/trust.yaml,line=7,col=13,title=not covered%3A payments',
      '::warning file=policies/trust.yaml,line=7,col=71,title=not covered%3A payments',
      '::warning file=policies/trust.yaml,line=5,col=9,title=mutant survives%3A payments',
    ]);
    expect(stdout).toContain('nothing in your tests notices if rule');
  });

  test('--mutate-min says how many must be killed', async () => {
    const cwd = await directoryOf(MUTABLE);
    expect(await cli(['test', '--mutate-min', '80'], { cwd })).toMatchObject({ code: 0 });
    const { code, stderr } = await cli(['test', '--mutate-min', '80.5'], { cwd });
    expect([code, stderr]).toEqual([1, '2 passed in 1 file\nless than 80.5 % of the mutants are killed\n']);
  });

  test.each<[what: string, files: Record<string, string>]>([
    ['a condition left out', MUTABLE],
    ['every kind of mutant', { ...TREE, 'policies/trust.test.yaml': LISTS }],
    [
      'how long it lasts, several issuers and audiences, and texts that need quotes',
      {
        'policies/trust.yaml': `version: 1
issuers:
  one: { url: "https://one.example", subject: opaque, audiences: [a, b] }
  two: { url: "https://two.example", subject: gitpod-v3, audiences: [a] }
rules:
  - id: one
    effect: allow
    when: { issuer: one, audience: b, subject: "a: \\u00e4 #'\\\\\\u200b\\U0001f600", claims: { "no": { contains: ["x", "true"] }, /a~1b/c: 1 } }
    valid: { from: 2025-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
    grants: [{ actions: [read], resources: ["x/**", "\${claims.team}/*"] }]
    ttl: 30s
  - id: two
    effect: allow
    when: { issuer: two }
  - { id: no, effect: deny, when: { issuer: two, kind: user }, grants: [{ actions: ["*"] }] }
`,
        'policies/trust.test.yaml': 'version: 1\ntests:\n  - { given: { issuer: two, sub: x }, expect: deny }\n',
      },
    ],
  ])('a suite to which the cases shown are added notices more, to the last: %s', async (_, files) => {
    const cwd = await directoryOf(files);
    const file = join(cwd, 'policies/trust.test.yaml');
    const survivors = async (): Promise<readonly { case: string }[]> => {
      const { stdout, stderr } = await cli(['test', '--mutate', '--format', 'json'], { cwd });
      expect(stderr).toMatch(/^[0-9]+ passed/);
      return (JSON.parse(stdout) as { mutation: { survivors: { case: string }[] } }).mutation.survivors;
    };
    const before = await survivors();
    expect(before).not.toEqual([]);
    await writeFile(file, `${await readFile(file, 'utf8')}${before.map((one) => one.case).join('')}`);
    expect(await survivors()).toEqual([]);
  });

  test('tries no mutant while cases fail, nor on some of the cases', async () => {
    const cwd = await directoryOf({ ...TREE, 'policies/trust.test.yaml': FAILING });
    const { code, stdout, stderr } = await cli(['test', '--mutate'], { cwd });
    expect([code, stderr]).toEqual([1, '1 failed, 5 passed in 1 file\nno mutant is tried while cases fail\n']);
    expect(stdout).not.toContain('mutants');
    const filtered = await cli(['test', '--mutate', '--filter', 'root'], { cwd });
    expect(filtered).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: `--mutate` tries all cases/) });
  });
});

describe('test --watch', () => {
  test('runs again after a change of a test, of a policy elsewhere, and after what does not load', async () => {
    const cwd = await directoryOf({
      'rules/trust.yaml': POLICY,
      'cases/a.test.yaml': SUITE.replace('version: 1', 'version: 1\npolicies: [../rules]'),
    });
    const child = start(['test', 'cases', '--watch'], { cwd });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const until = async (count: number): Promise<void> => {
      while (stderr().split('waiting for a change').length <= count) await once(child.stderr!, 'data');
    };
    await until(1);
    expect(stdout()).toBe('PASS  cases/a.test.yaml  5 cases\n');
    await writeFile(join(cwd, 'rules/trust.yaml'), POLICY.replace('prj:payments', 'prj:billing'));
    await until(2);
    expect(stdout()).toContain('FAIL  cases/a.test.yaml  2 of 5 cases\n');
    await writeFile(join(cwd, 'cases/a.test.yaml'), 'version: 2\n');
    await until(3);
    expect(stderr()).toContain('unsupported-version');
    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { cli, type Run } from './cli.ts';
import { AT, AUDIENCE, type Fixture, fixture, inside, POLICY } from './fixture.ts';

let shop: Fixture;
beforeAll(async () => {
  shop = await fixture({
    'invalid/a.yaml': POLICY.replace('effect: allow', 'effct: allow').replace('acme/prj', 'acme*/prj'),
    'invalid/b.yaml': 'version: 2\n',
    'two/a.yaml': POLICY.replace(AUDIENCE, `${AUDIENCE}, https://other.example.com`),
    'empty/readme.txt': 'nothing here',
    'weak.json': '{"keys":[]}',
    'text.json': 'not json',
    'locked.yaml': POLICY,
  });
  await chmod(inside(shop, 'locked.yaml'), 0);
  await mkdir(inside(shop, 'pipes'));
  execFileSync('mkfifo', [inside(shop, 'pipes/a.yaml')]);
  await mkdir(inside(shop, 'links'));
  await symlink('../policies/trust.yaml', inside(shop, 'links/a.yaml'));
});

const keys = ['--jwks', 'jwks.json', '--at', AT];
const verify = (args: readonly string[], more: { env?: Record<string, string>; stdin?: string } = {}): Promise<Run> =>
  cli(['verify', ...keys, ...args], { cwd: shop.directory, ...more });

describe('verify shows', () => {
  test('an allow, with the rule that decided and all it gives', async () => {
    const { code, stdout, stderr } = await verify(['token', '--action', 'read', '--resource', 'secret/payments/db']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/[0-9a-f]{64}/, '<digest>')).toMatchInlineSnapshot(`
      "ALLOW  payments-read (policies/trust.yaml:8)

        principal  org:acme/prj:payments/env:e1 (environment)
        reasons    rule_matched  \`payments-read\`: the rule allows this (policies/trust.yaml:8)
        grants     read, list on secret/payments/**  payments-read
        denied     any action on secret/*/root  no-root
        until      2027-01-15T08:15:00Z (in 15 min)
        policy     <digest>
      "
    `);
  });

  test('a deny, with its reasons and places', async () => {
    await writeFile(inside(shop, 'other'), await shop.mint({ extra: { team: 'billing' } }));
    const { code, stdout, stderr } = await verify(['other']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replace(/[0-9a-f]{64}/, '<digest>')).toMatchInlineSnapshot(`
           "DENY  condition_not_met

             principal  org:acme/prj:payments/env:e1 (environment)
             reasons    condition_not_met  \`payments-read\`: the condition \`claims.team\` does not hold: expected \`payments\`, the token has \`billing\` (policies/trust.yaml:8)
                        audit_rule_matched  \`trial\`: the rule matches, but is in audit mode and decides nothing (policies/trust.yaml:26)
             denied     any action on secret/*/root  no-root
             enforced   allow, if rules in audit mode were enforced
                          grants write, where no resource is named  trial
                          denied any action on secret/*/root  no-root
             policy     <digest>
           "
        `);
  });

  test('a deny by a rule, and the rule', async () => {
    const { code, stdout } = await verify(['token', '--action', 'read', '--resource', 'secret/payments/root']);
    expect({ code, first: stdout.split('\n')[0] }).toEqual({
      code: 1,
      first: 'DENY  denied_by_rule no-root (policies/trust.yaml:19)',
    });
  });

  test('what would be if audit rules were enforced', async () => {
    const { code, stdout } = await verify(['token', '--action', 'write']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'allow, if rules in audit mode were enforced\n               grants write, where no resource is named  trial\n',
    );
  });

  test('how long ago a token expired', async () => {
    const { code, stdout } = await cli(['verify', '--jwks', 'jwks.json', '--at', '1800093600', 'token'], {
      cwd: shop.directory,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^DENY {2}token_expired\n/);
    expect(stdout).toContain('(expired 25 h ago)');
  });

  test('the whole decision as JSON', async () => {
    const { code, stdout } = await verify(['token', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      effect: 'allow',
      reasons: [{ code: 'rule_matched', rule: 'payments-read', at: { file: 'policies/trust.yaml', line: 8 } }, {}],
      principal: { path: 'org:acme/prj:payments/env:e1' },
      token: { id: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(stdout).not.toContain(shop.token);
  });

  test('the problems of a policy that does not load, each with its place', async () => {
    const { code, stdout, stderr } = await verify(['token', 'invalid']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "error[missing-key]: the key \`effect\` is missing
       --> invalid/a.yaml:8:5
        |
      8 |   - id: payments-read
        |     ^^

      error[unknown-key]: \`effct\` is not a key that may stand here
       --> invalid/a.yaml:9:5
        |
      9 |     effct: allow
        |     ^^^^^
        = help: did you mean \`effect\`?

      error[subject-wildcard]: \`org:acme*/prj:payments\` has a wildcard, which only a glob may have
        --> invalid/a.yaml:12:16
         |
      12 |       subject: org:acme*/prj:payments
         |                ^^^^^^^^^^^^^^^^^^^^^^
         = help: write \`{ glob: … }\`; a prefix needs no wildcard, \`org:A\` covers all below it

      error[unsupported-version]: \`2\` is not a version of the policy language that is known here
       --> invalid/b.yaml:1:10
        |
      1 | version: 2
        |          ^
        = help: write \`version: 1\`

      error: 4 problems in 2 files
      "
    `);
  });
});

describe('verify takes a token', () => {
  const sources: [name: string, args: (token: string) => string[], more: (token: string) => object][] = [
    ['from a file by --token', () => ['--token', 'token'], () => ({})],
    ['from a file by name', () => ['token'], () => ({})],
    ['from a file beside policies', () => ['policies', 'token'], () => ({})],
    ['from standard input by -', () => ['-'], (token) => ({ stdin: `${token}\n` })],
    ['from standard input by --token -', () => ['--token', '-'], (token) => ({ stdin: `${token}\r\n` })],
    ['as an argument', (token) => [token], () => ({})],
    ['as the value of --token', (token) => ['--token', token], () => ({})],
    ['from COUNTERSIGN_TOKEN', () => [], (token) => ({ env: { COUNTERSIGN_TOKEN: token } })],
  ];
  test.each(sources)('%s', async (_, args, more) => {
    expect(await verify(args(shop.token), more(shop.token))).toMatchObject({ code: 0, stderr: '' });
  });

  test('from a pipe with a name, as shells make for <(command)', async () => {
    execFileSync('mkfifo', [inside(shop, 'pipe')]);
    const decision = verify(['--token', 'pipe']);
    await writeFile(inside(shop, 'pipe'), `${shop.token}\n`);
    expect(await decision).toMatchObject({ code: 0 });
  });

  test('with one line end taken off and no more', async () => {
    expect(await verify(['-'], { stdin: `${shop.token}\n\n` })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^DENY {2}token_malformed\n/),
    });
  });

  test('that is empty as one that is missing', async () => {
    expect(await verify(['-'], { stdin: '' })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('token_missing'),
    });
  });
});

describe('verify refuses', () => {
  const refused: [name: string, code: number, args: string[], stderr: RegExp, env?: Record<string, string>][] = [
    ['to guess at a token', 2, [], /no token was given\n.*`-`.*--token FILE.*COUNTERSIGN_TOKEN/],
    ['an empty variable', 2, [], /COUNTERSIGN_TOKEN is empty/, { COUNTERSIGN_TOKEN: '' }],
    ['two tokens', 2, ['token', '--token', 'token'], /given twice: by `--token` and by the file `token`/],
    ['two tokens, one of them inherited', 2, ['-'], /by `-` and by COUNTERSIGN_TOKEN/, { COUNTERSIGN_TOKEN: 'x' }],
    ['a token file that is missing', 2, ['--token', 'nowhere'], /`nowhere` does not exist/],
    ['a policy that is missing', 2, ['token', 'nowhere.yaml'], /`nowhere.yaml` does not exist/],
    ['a missing policy with three parts', 2, ['token', 'my.own.yaml'], /`my.own.yaml` does not exist/],
    ['a directory without policies', 3, ['token', 'empty'], /there is no policy file .* in `empty`/],
    ['a policy that is no file', 2, ['token', 'pipes'], /`pipes\/a.yaml` is not a regular file/],
    ['a policy that lies elsewhere', 2, ['token', 'links'], /`links\/a.yaml` leads out of the directory/],
    ['to guess which audience it has', 2, ['token', 'two'], /2 audiences.*--audience/],
    ['a resource without an action', 2, ['token', '--resource', 'a'], /`--resource` needs `--action`/],
    ['an empty option', 2, ['token', '--audience', ''], /`--audience` cannot be empty/],
    ['an option twice', 2, ['token', '--action', 'a', '--action', 'b'], /`--action` may be given only once/],
    [
      'an unknown format',
      2,
      ['token', '--format', 'xml'],
      /`--format` cannot be `xml`\nhelp: choices are pretty, json/,
    ],
    [
      'an unknown option, with the likely one',
      2,
      ['token', '--acton', 'a'],
      /unknown option `--acton`\nhelp: did you mean `--action`\?/,
    ],
    [
      'an unknown option, with all there are',
      2,
      ['token', '--zzz'],
      /unknown option `--zzz`\nhelp: options are --token, --audience/,
    ],
  ];
  test.each(refused)('%s (%i)', async (_, code, args, stderr, env = {}) => {
    const run = await verify(args, { env });
    expect(run).toEqual({ code, stdout: '', stderr: expect.stringMatching(stderr) });
    expect(run.stderr).not.toMatch(/^ +at /m);
  });

  test.each(['2027-01-15T08:00:00', 'tomorrow', '1800000000000', '-5'])('the time %s', async (time) => {
    const run = await cli(['verify', 'token', `--at=${time}`], { cwd: shop.directory });
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/`--at` cannot be .*\nhelp: write RFC 3339/),
    });
  });

  // The superuser may read everything.
  (process.getuid?.() === 0 ? test.skip : test)('a policy that may not be read', async () => {
    const run = await verify(['token', 'locked.yaml']);
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/`locked.yaml` cannot be read/) });
  });

  const badKeys: [name: string, jwks: string, stderr: RegExp][] = [
    ['keys that are missing', 'nowhere.json', /`nowhere.json` does not exist/],
    ['a key set without keys', 'weak.json', /the keys in `weak.json` cannot be used: .*no keys/],
    ['keys that are not JSON', 'text.json', /it is not JSON/],
    ['keys by http from afar', 'http://example.com/jwks', /keys cannot be fetched from `http:\/\/example.com\/jwks`/],
  ];
  test.each(badKeys)('%s', async (_, jwks, stderr) => {
    const run = await cli(['verify', 'token', '--jwks', jwks], { cwd: shop.directory });
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('to decide without keys (5)', async () => {
    const jwks = 'http://127.0.0.1:9/jwks.json';
    const run = await cli(['verify', 'token', '--jwks', jwks, '--at', AT], { cwd: shop.directory });
    expect(run).toEqual({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^error: no keys of issuer `https:\/\/app.gitpod.io`: .*\n/),
    });
  });

  test('without policies, and says where they are looked for', async () => {
    const run = await cli(['verify', '../token'], { cwd: inside(shop, 'empty') });
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/`policies` does not exist\nhelp: .*countersign init/),
    });
  });
});

describe('verify never repeats a token', () => {
  const wrong: [name: string, args: (token: string) => string[]][] = [
    ['that is named as a file in a directory', (token) => ['--token', `./${token}`]],
    ['with two more parts', (token) => [`${token}.eyJ.x`, 'token']],
    ['given for a time', (token) => ['--at', token, 'token']],
    ['given for keys', (token) => ['token', '--jwks', token]],
    ['given for an option', (token) => [`--${token}`]],
    ['cut short', (token) => ['token', token.split('.').slice(0, 2).join('.')]],
  ];
  test.each(wrong)('%s', async (_, args) => {
    const { code, stdout, stderr } = await cli(['verify', ...args(shop.token)], { cwd: shop.directory });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const parts = shop.token.split('.');
    expect(parts.filter((part) => stderr.includes(part))).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { cli, collect, ended, start } from './cli.ts';

const AUDIENCE = 'https://secrets.example.com';
const token = (state: string, ...more: string[]): string[] => [
  ...['idp', 'token', '--state', state, '--audience', AUDIENCE, '--org', 'acme', ...more],
];

/** Serves until the test ends it, and gives what it printed once it says that it is ready. */
async function serve(
  args: readonly string[],
): Promise<{ policy: string; stop: (signal: 'SIGINT' | 'SIGTERM') => Promise<number | null>; stderr: () => string }> {
  const child = start(['idp', 'serve', ...args]);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const end = ended(child);
  await new Promise<void>((resolve, reject) => {
    const whenReady = (): void => {
      if (stderr().includes('Ctrl-C ends it.') && stdout() !== '') resolve();
    };
    child.stdout?.on('data', whenReady);
    child.stderr?.on('data', whenReady);
    child.once('close', () => reject(new Error(stderr())));
  });
  return {
    policy: stdout(),
    stderr,
    stop: (signal) => {
      child.kill(signal);
      return end;
    },
  };
}

const rules = `rules:
  - id: ada
    effect: allow
    when: { issuer: development, subject: org:acme/user:ada }
`;

describe('the development issuer', () => {
  test('serves the keys of the tokens it mints, by discovery and by url', async () => {
    const cwd = await directoryOf({});
    const state = join(cwd, 'state');
    const { policy, stderr, stop } = await serve(['--port', '0', '--state', state]);
    const [, url = ''] = /serving (http:\/\/127\.0\.0\.1:\d+)\n/.exec(stderr()) ?? [];
    expect(stderr()).toContain(`${url}/.well-known/openid-configuration`);
    await writeFile(join(cwd, 'policy.yaml'), policy + rules);
    const minted = await cli(token(state, '--user', 'ada'));
    expect(minted).toMatchObject({ code: 0, stderr: '' });

    const byDiscovery = await cli(['verify', 'policy.yaml', '-'], { cwd, stdin: minted.stdout });
    expect(byDiscovery).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ALLOW {2}ada \(policy.yaml:8\)/) });
    const elsewhere = policy.replaceAll(url, 'https://issuer.example') + rules;
    await writeFile(join(cwd, 'elsewhere.yaml'), elsewhere);
    const played = await cli(token(state, '--user', 'ada', '--issuer', 'https://issuer.example'));
    const byUrl = ['verify', 'elsewhere.yaml', '-', '--jwks', `${url}/.well-known/jwks.json`];
    expect(await cli(byUrl, { cwd, stdin: played.stdout })).toMatchObject({ code: 0, stderr: '' });

    expect(await stop('SIGINT')).toBe(0);
    const down = await cli(['verify', 'policy.yaml', '-'], { cwd, stdin: minted.stdout });
    expect(down).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringContaining(`no keys of issuer \`${url}\``),
    });
  });

  test('plays another issuer, whose policy says where its keys are', async () => {
    const cwd = await directoryOf({});
    const state = join(cwd, 'state');
    const issuer = 'https://app.gitpod.io';
    const { policy, stop } = await serve(['--port', '0', '--state', state, '--issuer', issuer]);
    await writeFile(join(cwd, 'policy.yaml'), policy + rules);
    const { stdout } = await cli(token(state, '--user', 'ada'));
    expect(await cli(['verify', 'policy.yaml', '-'], { cwd, stdin: stdout })).toMatchObject({ code: 0 });
    expect(await stop('SIGTERM')).toBe(0);
  });

  test('names a port that is in use', async () => {
    const state = join(await directoryOf({}), 'state');
    const { stderr, stop } = await serve(['--port', '0', '--state', state]);
    const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(stderr()) ?? [];
    expect(await cli(['idp', 'serve', '--port', port, '--state', state])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: port ${port} is in use\nhelp: \`--port 0\` takes any free one\n`,
    });
    await stop('SIGTERM');
  });

  test.each([
    [['--port', '70000'], /`--port` cannot be `70000`/],
    [['--port', '-1'], /`--port` cannot be `-1`/],
    [['--issuer', 'app.gitpod.io'], /`--issuer` must be a canonical https: url/],
  ])('refuses to serve with %j', async (args, stderr) => {
    const state = join(await directoryOf({}), 'state');
    const run = await cli(['idp', 'serve', '--state', state, ...args]);
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});

describe('idp token', () => {
  const decoded = async (...more: string[]): Promise<Record<string, Record<string, unknown>>> => {
    const state = join(await directoryOf({}), 'state');
    const { code, stdout, stderr } = await cli(token(state, '--decode', ...more));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  test('prints what gitpod prints', async () => {
    const { Claims: claims, Header: header } = await decoded('--project', 'p', '--environment', 'e');
    expect(Object.keys(claims ?? {})).toEqual(['aud', 'exp', 'iat', 'iss', 'org', 'sub']);
    expect(claims).toMatchObject({ aud: AUDIENCE, iss: 'http://127.0.0.1:8710', sub: 'org:acme/prj:p/env:e' });
    expect(Number(claims?.['exp']) - Number(claims?.['iat'])).toBe(3600);
    expect(header).toEqual([{ KeyID: 'k0', JSONWebKey: null, Algorithm: 'RS256', Nonce: '', ExtraHeaders: null }]);
  });

  test.each([
    [['--user', 'u'], { sub: 'org:acme/user:u' }],
    [['--runner', 'r'], { sub: 'org:acme/rnr:r' }],
    [['--environment', 'e'], { sub: 'org:acme/env:e' }],
    [['--token-version', 'v3', '--service-account', 's'], { aud: [AUDIENCE], service_account_id: 's' }],
    [['--token-version', 'v3', '--user', 'u', '--audience', 'b', 'c'], { aud: [AUDIENCE, 'b', 'c'] }],
    [['--user', 'u', '--claim', 'a=1', 'b:=1', '--claim', 'c:=["x=y"]', 'd='], { a: '1', b: 1, c: ['x=y'], d: '' }],
    [['--user', 'u', '--issuer', 'https://issuer.example'], { iss: 'https://issuer.example' }],
  ])('mints with %j', async (args, claims) => {
    expect((await decoded(...args)).Claims).toMatchObject(claims);
  });

  test.each([
    [[], /one of `--environment`, `--user`, `--runner` is needed/],
    [['--user', 'u', '--runner', 'r'], /only one of .* `--user` and `--runner`/],
    [['--user', 'a/b'], /`--user` must be 1 to 128/],
    [['--user', 'u', '--project', 'p'], /`--project` needs `--environment`/],
    [['--service-account', 's'], /`--service-account` needs `--token-version` v3/],
    [['--user', 'u', '--ttl', '1w'], /`--ttl` cannot be `1w`\nhelp: .*30s, 15m, 24h/],
    [['--user', 'u', '--ttl', '0s'], /`--ttl` cannot be `0s`/],
    [['--user', 'u', '--claim', 'x'], /`--claim` needs a name and a value/],
    [['--user', 'u', '--claim', 'x:={'], /the value of `--claim x:=…` is not JSON/],
    [['--user', 'u', '--claim', 'x=1', 'x=2'], /the claim `x` is given twice/],
    [['--user', 'u', '--claim', 'sub=me'], /`--claim` cannot set the claim sub/],
    [['--user', 'u', '--token-version', 'v2'], /choices are v1, v3/],
    [['--user', 'u', '--issuer', 'nonsense'], /`--issuer` must be/],
  ])('refuses %j', async (args, stderr) => {
    const state = join(await directoryOf({}), 'state');
    expect(await cli(token(state, ...args))).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('keeps its state where the system says, private', async () => {
    const env = { XDG_STATE_HOME: await directoryOf({}) };
    const args = ['idp', 'token', '--audience', AUDIENCE, '--org', 'acme', '--user', 'u'];
    expect(await cli(args, { env })).toMatchObject({ code: 0, stderr: '' });
    expect((await stat(join(env.XDG_STATE_HOME, 'countersign/idp'))).mode & 0o777).toBe(0o700);
  });

  test('needs an audience and an organisation', async () => {
    expect((await cli(['idp', 'token', '--org', 'o'])).stderr).toMatch(/^error: `--audience` is needed\n/);
    expect((await cli(['idp', 'token', '--audience', 'a'])).stderr).toMatch(/^error: `--org` is needed\n/);
  });

  test('run many times at once for the first time, makes one key', async () => {
    const state = join(await directoryOf({}), 'state');
    const runs = await Promise.all(Array.from({ length: 5 }, () => cli(token(state, '--user', 'u'))));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const issuer = 'http://127.0.0.1:8710';
    const one = await serve(['--port', '0', '--state', state, '--issuer', issuer]);
    const cwd = await directoryOf({ 'policy.yaml': one.policy });
    const codes = runs.map(async ({ stdout }) => {
      const run = await cli(['verify', 'policy.yaml', '-', '--format', 'json'], { cwd, stdin: stdout });
      return JSON.parse(run.stdout).reasons[0].code;
    });
    // Past the signature: there are no rules.
    expect(await Promise.all(codes)).toEqual(runs.map(() => 'no_rule_for_issuer'));
    await one.stop('SIGTERM');
    expect(await readdir(state)).toEqual(['issuer-url', 'signing-key.json']);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect((await stat(join(state, 'signing-key.json'))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a directory that others can read', 'state', 0o755, /is open to other users \(mode 0755\)\nhelp: chmod 700/],
    ['a key that others can read', 'state/signing-key.json', 0o644, /is not private \(mode 0644\)\nhelp: chmod 600/],
  ])('refuses %s', async (_, path, mode, stderr) => {
    const cwd = await directoryOf({});
    const state = join(cwd, 'state');
    await mkdir(state, { mode: 0o700 });
    expect(await cli(token(state, '--user', 'u'))).toMatchObject({ code: 0 });
    await chmod(join(cwd, path), mode);
    for (const args of [token(state, '--user', 'u'), ['idp', 'serve', '--port', '0', '--state', state]]) {
      expect(await cli(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
    }
  });
});

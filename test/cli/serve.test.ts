import { createServer } from 'node:net';
import { once } from 'node:events';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cli } from './cli.ts';
import { send } from '../http/wire.ts';
import { policyOf, serve, shopOf, type Shop } from '../http/sidecar/process.ts';
import { directoryOf } from '../files/directory.ts';

const FREE = ['--listen', '127.0.0.1:0', '--operations', '127.0.0.1:0'];
let shop: Shop;

beforeAll(async () => {
  shop = await shopOf();
});

describe('serve', () => {
  test('needs nothing but policies, on loopback', async () => {
    const cwd = await directoryOf({ 'policies/trust.yaml': policyOf(shop.issuer) });
    const { url, operations, stderr, stop } = await serve(['--policies', 'policies'], { cwd });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(stderr()).toContain('no routes: it denies every request');
    expect(stderr()).not.toContain('warning');
    expect((await fetch(`${operations}/healthz`)).status).toBe(200);
    const ready = await fetch(`${operations}/readyz`);
    expect([ready.status, ready.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await ready.json()).toEqual({
      ready: true,
      policy: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      issuers: [{ name: 'shop', url: shop.issuer.url, keys: 1 }],
    });
    expect(await stop()).toBe(0);
  });

  test('keeps health and requests apart', async () => {
    const { url, operations, stop } = await serve([], { cwd: shop.directory });
    expect((await fetch(`${url}/readyz`)).status).toBe(404);
    expect((await fetch(`${operations}/authorize/nginx`)).status).toBe(404);
    const posted = await fetch(`${operations}/healthz`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await fetch(`${operations}/healthz?x`)).status).toBe(200);
    expect((await fetch(`${operations}/healthz`, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
    await stop();
  });

  test('flags win over the environment, and that over the file', async () => {
    const files = {
      'file.yaml': 'version: 1\npolicies: [gone-1]\noperations: off\nlisten: 127.0.0.1:0\n',
      'countersign.serve.yaml': 'version: 1\npolicies: [gone-0]\n',
    };
    const { directory: cwd } = await shopOf(files);
    const here = await cli(['serve', ...FREE], { cwd });
    expect(here).toMatchObject({ code: 2, stderr: expect.stringContaining('gone-0') });
    expect((await cli(['serve'], { cwd, env: { COUNTERSIGN_CONFIG: 'file.yaml' } })).stderr).toContain('gone-1');
    const env = { COUNTERSIGN_CONFIG: 'file.yaml', COUNTERSIGN_POLICIES: 'gone-2:gone-3' };
    expect((await cli(['serve'], { cwd, env })).stderr).toContain('gone-2');
    expect((await cli(['serve', '--policies', 'gone-4'], { cwd, env })).stderr).toContain('gone-4');
    const listening = {
      COUNTERSIGN_LISTEN: 'nonsense',
      COUNTERSIGN_OPERATIONS: 'off',
      COUNTERSIGN_CONFIG: 'file.yaml',
    };
    expect((await cli(['serve'], { cwd, env: listening })).stderr).toContain(
      '`COUNTERSIGN_LISTEN` cannot be `nonsense`',
    );
    const off = await serve(['--policies', 'policies', '--operations', 'off'], { cwd, env: listening });
    expect(off.operations).toBe('off');
    expect(await off.stop()).toBe(0);
  });

  test('answers on a socket, and replaces one that was left behind', async () => {
    const args = ['--listen', 'unix:serve.sock'];
    const first = await serve(args, { cwd: shop.directory });
    expect(first.url).toBe('unix:serve.sock');
    const path = `${shop.directory}/serve.sock`;
    expect((await send({ path }, 'GET /none HTTP/1.1')).status).toBe(404);
    expect(await cli(['serve', ...args, '--operations', 'off'], { cwd: shop.directory })).toMatchObject({
      code: 2,
      stderr: 'error: `unix:serve.sock` is in use\nhelp: name another path\n',
    });
    first.kill('SIGKILL');
    await first.end;
    const second = await serve(args, { cwd: shop.directory });
    expect((await send({ path }, 'GET /none HTTP/1.1')).status).toBe(404);
    await second.stop();
  });

  test('says so where other machines can reach it', async () => {
    const { stderr, stop } = await serve(['--listen', '0.0.0.0:0'], { cwd: shop.directory });
    await stop();
    expect(stderr()).toMatch(/warning: `0\.0\.0\.0:\d+` can be reached from other machines\n/);
  });

  test('names a port that is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    for (const [flag, other] of [
      ['--listen', '--operations'],
      ['--operations', '--listen'],
    ]) {
      const run = await cli(['serve', flag ?? '', `127.0.0.1:${port}`, other ?? '', '127.0.0.1:0'], {
        cwd: shop.directory,
      });
      expect(run).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: \`127.0.0.1:${port}\` is in use\nhelp: name another port, or port 0 for any that is free\n`,
      });
    }
    taken.close();
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a policy that does not load', ['--policies', 'broken'], /unknown-key.*ruls[^]*broken\/a\.yaml:2:1/],
    ['no policies', ['--policies', 'none'], /`none` does not exist/],
    ['an address without a host', ['--listen', ':8711'], /`--listen` cannot be `:8711`\nhelp: write HOST:PORT/],
    ['a port beyond all', ['--listen', '127.0.0.1:65536'], /`--listen` cannot be/],
    [
      'an address of another machine',
      ['--listen', '192.0.2.1:0'],
      /`192\.0\.2\.1:0` is not an address of this machine/,
    ],
    ['an audience that is open', ['--policies', 'two'], /which are this service: .*\nhelp: .*`--audience`/],
    ['keys that are none', ['--config', 'keys.yaml'], /the keys in `broken\/a\.yaml` cannot be used: it is not JSON/],
    ['a configuration that is missing', ['--config', 'no.yaml'], /`no\.yaml` does not exist/],
  ])('refuses %s', async (_, args, stderr) => {
    const two = policyOf(shop.issuer).replace(AUDIENCES, 'audiences: [https://a.test, https://b.test]');
    const { directory: cwd } = await shopOf({
      'broken/a.yaml': 'version: 1\nruls: []\n',
      'two/a.yaml': two,
      'keys.yaml': 'version: 1\nbundleKeys: broken/a.yaml\n',
    });
    const rest = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
    expect(await cli(['serve', ...args, ...rest, '--operations', 'off'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });
});

/** A line with an exchange, of which one thing is as given. */
const exchange = (given: string): string => {
  const [key] = given.split(':');
  const rest = { issuer: '"https://a.test"', keyFile: 'k.json', targets: '[{ audience: a }]' };
  const others = Object.entries(rest).filter(([name]) => name !== key);
  return `exchange: { ${[given, ...others.map(([name, text]) => `${name}: ${text}`)].join(', ')} }`;
};

const AUDIENCES = /audiences:\n +- https:\/\/secrets\.test/;

describe('a configuration', () => {
  test.each<[string, string, string, RegExp]>([
    ['an unknown key', 'lissen: 127.0.0.1:1', '2:1', /did you mean `listen`\?/],
    ['an unknown key of a route', 'forwardAuth: { routes: [{ path: /a, metods: {} }] }', '2:37', /`methods`/],
    ['a route without a path', 'forwardAuth: { routes: [{ resource: a }] }', '2:27', /the key `path` is missing/],
    ['an address', 'listen: "8711"', '2:9', /`8711` is not an address[^]*HOST:PORT/],
    ['a range', 'forwardAuth: { peers: [10.0.0.0/33] }', '2:24', /`10\.0\.0\.0\/33` is not an address or a range/],
    ['a method', 'forwardAuth: { routes: [{ path: /a, methods: { get: read } }] }', '2:48', /not an HTTP method/],
    ['a header', 'forwardAuth: { headers: { subject: X_Subject } }', '2:36', /cannot be the name of a header/],
    [
      'a header with a meaning',
      'forwardAuth: { headers: { subject: Authorization } }',
      '2:36',
      /cannot tell an identity/,
    ],
    ['a header twice', 'forwardAuth: { headers: { kind: x-countersign-subject } }', '2:33', /header of `subject` too/],
    ['what happens else', 'forwardAuth: { unmapped: allow }', '2:26', /`allow` is not `deny` or `access`/],
    ['a realm', "realm: 'a\"b'", '2:8', /printable ASCII/],
    ['a limit', 'limits: { headerBytes: 1 }', '2:24', /must be >= 4096/],
    ['a level', 'log: { level: debug }', '2:15', /`debug` is not `info`, `warn` or `error`/],
    ['which decisions', 'log: { decisions: some }', '2:19', /`some` is not `all`, `denied` or `none`/],
    ['a field', 'log: { redact: [principal] }', '2:17', /`principal` is not a field of a decision's line/],
    ['metrics', 'metrics: yes', '2:10', /boolean|true or false/],
    [
      'routes that cross',
      'forwardAuth: { routes: [{ path: "/a/{x}" }, { path: "/{y}/b" }] }',
      '2:53',
      /neither is the/,
    ],
    ['a resource', 'forwardAuth: { routes: [{ path: "/{a}", resource: "{b}" }] }', '2:51', /the path has a\b/],
    ['an unknown key of AuthZEN', 'authzen: { urll: https://a }', '2:12', /did you mean `url`\?/],
    ['a word for AuthZEN', 'authzen: on', '2:10', /expected true or false or a map/],
    [
      'a url of AuthZEN',
      'authzen: { url: https://a/ }',
      '2:17',
      /`https:\/\/a\/` is not where a service can be reached/,
    ],
    [
      'an exchange without keys',
      'exchange: { issuer: "https://a.test", targets: [{ audience: a }] }',
      '2:1',
      /the key `keyFile` is missing/,
    ],
    ['an unknown key of an exchange', 'exchange: { isuer: a }', '2:13', /did you mean `issuer`\?/],
    [
      'an issuer with a path',
      exchange('issuer: "https://a.test/sts"'),
      '2:21',
      /cannot be an issuer[^]*without a path/,
    ],
    ['an issuer without TLS', exchange('issuer: "http://a.test"'), '2:21', /cannot be an issuer/],
    ['an algorithm', exchange('algorithm: HS256'), '2:24', /`HS256` is not `ES256` or `EdDSA`/],
    [
      'a type of subject token',
      exchange('subjectTokenTypes: [saml2]'),
      '2:33',
      /not `jwt`, `id_token` or `access_token`/,
    ],
    ['a duration', exchange('maxLifetime: 3600'), '2:26', /expected a string/],
    ['a duration without a unit', exchange('maxLifetime: "3600"'), '2:26', /not a duration[^]*`15m`/],
    ['a long life', exchange('maxLifetime: 25h'), '2:26', /`maxLifetime` must be from 1s to 24h/],
    ['keys of an hour', exchange('rotateEvery: 1h'), '2:26', /must be from 1d/],
    ['keys published late', exchange('rotateEvery: 2d, publishAhead: 3d'), '2:44', /from 10m to `rotateEvery`/],
    [
      'a target by a url with a query',
      exchange('targets: [{ audience: a, url: "https://a/?x" }]'),
      '2:43',
      /not a canonical url/,
    ],
    [
      'a target of an unknown key',
      exchange('targets: [{ audience: a, uri: "https://a" }]'),
      '2:38',
      /did you mean `url`\?/,
    ],
    [
      'two targets that policies cannot tell apart',
      exchange('targets: [{ audience: a, subjectAudience: s }, { audience: b }]'),
      '2:60',
      /`subjectAudience` is missing/,
    ],
    [
      'two targets of one audience',
      exchange('targets: [{ audience: a, subjectAudience: s }, { audience: a, subjectAudience: t }]'),
      '2:72',
      /`audience` of another target too/,
    ],
    [
      'two targets below each other',
      exchange(
        'targets: [{ audience: a, subjectAudience: s, url: "https://a" }, { audience: b, subjectAudience: t, url: "https://a/b" }]',
      ),
      '2:118',
      /overlaps/,
    ],
    ['an unknown key of Envoy', 'envoy: { lisen: a }', '2:10', /did you mean `listen`\?/],
    ['an address for Envoy', "envoy: { listen: '9191' }", '2:18', /`9191` is not an address[^]*HOST:PORT/],
    ['no address for Envoy', 'envoy: { listen: off }', '2:18', /`off` is not an address/],
    ['a method twice', 'forwardAuth: { routes: [{ path: /a, methods: { GET: r }, public: [GET] }] }', '2:58', /too/],
  ])('is refused for %s', async (_, line, at, message) => {
    const cwd = await directoryOf({ 'c.yaml': `version: 1\n${line}\n` });
    const { code, stderr } = await cli(['serve', '--config', 'c.yaml', ...FREE], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).toContain(`c.yaml:${at}`);
  });

  test('is not looked for above, and not read where none shall be', async () => {
    const cwd = await directoryOf({
      'countersign.serve.yaml': 'nonsense',
      'deep/policies/trust.yaml': policyOf(shop.issuer),
    });
    const above = await serve([], { cwd: `${cwd}/deep` });
    expect(await above.stop()).toBe(0);
    expect(await cli(['serve', ...FREE, '--no-config'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`policies` does not exist'),
    });
  });
});

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { policyOf, type Serving, serve, SERVE, shopOf, type Shop } from './process.ts';
import { endOf, parsed, send, type WireAnswer } from '../wire.ts';

const IDENTITY = ['subject', 'kind', 'issuer', 'rule', 'decision', 'expires'].map((part) => `x-countersign-${part}`);

let shop: Shop;
let serving: Serving;
let bearer: string;

beforeAll(async () => {
  shop = await shopOf();
  serving = await serve([], { cwd: shop.directory });
  bearer = `Authorization: Bearer ${await shop.token()}`;
});

/** How each proxy says what it was asked: the request line, and headers. */
const says: Readonly<Record<string, (method: string, uri: string) => readonly [line: string, ...headers: string[]]>> = {
  nginx: (method, uri) => ['GET /authorize/nginx HTTP/1.0', `X-Original-Method: ${method}`, `X-Original-URI: ${uri}`],
  caddy: (method, uri) => ['GET /authorize/caddy HTTP/1.1', `X-Forwarded-Method: ${method}`, `X-Forwarded-Uri: ${uri}`],
  traefik: (method, uri) => [
    'GET /authorize/traefik HTTP/1.1',
    `X-Forwarded-Method: ${method}`,
    `X-Forwarded-Uri: ${uri}`,
    'X-Forwarded-Host: secrets.test',
  ],
  envoy: (method, uri) => [`${method} /authorize/envoy${uri} HTTP/1.1`],
};
const proxies = Object.keys(says);

function ask(proxy: string, method: string, uri: string, headers: readonly string[] = []): Promise<WireAnswer> {
  const [line, ...told] = says[proxy]?.(method, uri) ?? [''];
  return send(endOf(serving.url), line, [...told, ...headers]);
}

describe.each(proxies)('behind %s', (proxy) => {
  test('a token that allows it passes, with every identity header once', async () => {
    const { status, headers, body } = await ask(proxy, 'GET', '/v1/secrets/app/db?version=2', [bearer]);
    expect([status, body, headers['cache-control']]).toEqual([200, '', ['no-store']]);
    expect(IDENTITY.map((name) => headers[name])).toEqual([
      ['org:acme/user:ada'],
      ['user'],
      [shop.issuer.url],
      ['acme-app'],
      [expect.stringMatching(/^[0-9a-f-]{36}$/)],
      [expect.stringMatching(/^\d{10}$/)],
    ]);
  });

  test('what is public passes unasked, with every identity header empty', async () => {
    const { status, headers } = await ask(proxy, 'OPTIONS', '/v1/secrets/app/db');
    expect([status, ...IDENTITY.map((name) => headers[name])]).toEqual([200, ...IDENTITY.map(() => [''])]);
  });

  test('no token is answered with a bare challenge', async () => {
    const { status, headers, body } = await ask(proxy, 'GET', '/v1/secrets/app/db');
    expect([status, headers['www-authenticate']]).toEqual([401, ['Bearer realm="secrets"']]);
    expect(headers['content-type']).toEqual(['application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ status: 401, decision: expect.any(String) });
    expect(IDENTITY.filter((name) => name in headers)).toEqual([]);
  });

  test('a bad token is answered with what RFC 6750 says', async () => {
    const { status, headers } = await ask(proxy, 'GET', '/v1/secrets/app/db', ['Authorization: Bearer a.b.c']);
    expect(status).toBe(401);
    expect(headers['www-authenticate']?.[0]).toMatch(/^Bearer realm="secrets", error="invalid_token", /);
  });

  test.each([
    ['the resource', 'GET', '/v1/secrets/other/db'],
    ['no resource but a prefix', 'GET', '/v1/secrets/app'],
  ])('a token that does not allow %s is answered 403', async (_, method, uri) => {
    const { status, headers, body } = await ask(proxy, method, uri, [bearer]);
    expect(status).toBe(403);
    expect(headers['www-authenticate']?.[0]).toMatch(/error="insufficient_scope"/);
    expect(body).not.toMatch(/acme|ada|secret/);
  });

  test.each([
    ['two Authorization headers', ['Authorization: Bearer a', 'authorization: Bearer b'], ''],
    ['two tokens joined', ['Authorization: Bearer a, Bearer b'], ''],
    ['a token in the query too', ['Authorization: Bearer a'], '?access%5ftoken=b'],
    ['a malformed header', ['Authorization: Bearer a b'], ''],
  ])('%s are no credentials', async (_, headers, query) => {
    const { status, headers: answered } = await ask(proxy, 'GET', `/v1/secrets/app/db${query}`, headers);
    expect(status).toBe(proxy === 'nginx' ? 401 : 400);
    expect(answered['www-authenticate']?.[0]).toMatch(/error="invalid_request"/);
  });

  test.each([
    ['an unmapped path', 'GET', '/v2/secrets/app/db'],
    ['an unmapped method', 'DELETE', '/v1/secrets/app/db'],
    ['an empty segment', 'GET', '/v1//secrets/app/db'],
    ['an encoded slash', 'GET', '/v1/secrets/app%2fdb'],
    ['an encoded dot segment', 'GET', '/v1/secrets/other/%2e%2e/app/db'],
    ['a dot segment', 'GET', '/health/../v1/secrets/app/db'],
    ['a path parameter', 'GET', '/v1/secrets/app;x/db'],
    ['a backslash', 'GET', '/v1/secrets/app\\db'],
    ['an encoded NUL', 'GET', '/v1/secrets/app/db%00'],
    ['a fragment', 'GET', '/v1/secrets/app/db#x'],
  ])('%s is refused whatever the token', async (_, method, uri) => {
    const { status, headers, body } = await ask(proxy, method, uri, [bearer]);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({
      title: 'Forbidden',
      status: 403,
      detail: 'The request is not let through',
      decision: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers['cache-control']).toEqual(['no-store']);
  });

  test.each([
    'X_Countersign_Subject: org:acme',
    'x-countersign_subject: org:acme',
    'Authorization_: x',
    'X_Forwarded_Uri: /',
  ])('a header such as %s is refused', async (header) => {
    const { status } = await ask(proxy, 'GET', '/v1/secrets/app/db', [bearer, header]);
    expect(status).toBe(header.startsWith('Authorization_') ? 200 : 403);
  });

  test('a body is not waited for', async () => {
    const [line = '', ...told] = says[proxy]?.('PUT', '/v1/secrets/app/db') ?? [];
    const socket = connect(endOf(serving.url)).setEncoding('latin1');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    socket.write([line, 'Host: test', ...told, bearer, 'Content-Length: 1000000000', '', 'a'].join('\r\n'));
    await once(socket, 'close');
    expect(parsed(text)).toMatchObject({ status: 200, headers: { connection: ['close'] }, body: '' });
  });
});

describe('what a proxy says', () => {
  const [nginx = '', ...told] = says['nginx']?.('GET', '/v1/secrets/app/db') ?? [];
  const [caddy = '', ...forwarded] = says['caddy']?.('GET', '/v1/secrets/app/db') ?? [];

  test.each<[string, string, readonly string[]]>([
    ['a uri twice', nginx, [...told, 'x-original-uri: /health']],
    ['a method twice', nginx, [...told, 'X-Original-Method: GET']],
    ['a forwarded uri twice', caddy, [...forwarded, 'X-Forwarded-Uri: /health']],
    ['a host twice', caddy, [...forwarded, 'X-Forwarded-Host: a', 'X-Forwarded-Host: b']],
    ['no uri', nginx, told.slice(0, 1)],
    ['no method', nginx, told.slice(1)],
    ['nothing', caddy, []],
    ['what another proxy says', caddy, told],
    ['a uri that is no ASCII', nginx, [told[0] ?? '', 'X-Original-URI: /v1/secrets/app/d\u00e4']],
    ['an empty uri', nginx, [told[0] ?? '', 'X-Original-URI:']],
    ['a url', nginx, [told[0] ?? '', 'X-Original-URI: http://host/v1/secrets/app/db']],
  ])('counts for nothing where it is %s', async (_, line, headers) => {
    expect((await send(endOf(serving.url), line, [...headers, bearer])).status).toBe(403);
  });

  test.each(['/authorize', '/authorize/', '/authorize/apache', '/authorize/constructor', '/authorize/NGINX'])(
    'is asked for at paths of their own, not at %s',
    async (path) => {
      expect((await send(endOf(serving.url), `GET ${path} HTTP/1.1`, [...told, bearer])).status).toBe(404);
    },
  );

  test('counts from configured peers alone', async () => {
    const strict = stringify({
      version: 1,
      forwardAuth: { peers: ['127.0.0.1'], routes: [{ path: '/health', public: ['GET'] }] },
    });
    const { directory: cwd } = await shopOf({ 'strict.yaml': strict });
    const { url, stderr, heard, stop } = await serve(['--config', 'strict.yaml'], { cwd });
    const headers = ['X-Original-Method: GET', 'X-Original-URI: /health'];
    const [peer, stranger] = ['127.0.0.1', '127.0.0.2'].map((localAddress) => ({ ...endOf(url), localAddress }));
    expect((await send(peer ?? endOf(url), nginx, headers)).status).toBe(200);
    const refused = await send(stranger ?? endOf(url), nginx, headers);
    expect([refused.status, JSON.parse(refused.body)]).toEqual([403, expect.objectContaining({ title: 'Forbidden' })]);
    await heard(/a request was refused: 127\.0\.0\.2 is not one of the `peers`/);
    expect((await send(stranger ?? endOf(url), 'GET /authorize/envoy/health HTTP/1.1')).status).toBe(403);
    await stop();
    expect(stderr()).toContain(JSON.parse(refused.body).decision);
  });

  test('counts on a socket where `unix` is a peer', async () => {
    const files = {
      'yes.yaml': SERVE,
      'no.yaml': `${SERVE}  peers: [127.0.0.0/8]\n`,
    };
    const { directory: cwd } = await shopOf(files);
    for (const [config, status] of [
      ['yes.yaml', 200],
      ['no.yaml', 403],
    ] as const) {
      const one = await serve(['--config', config, '--listen', 'unix:s.sock'], { cwd });
      const headers = ['X-Original-Method: GET', 'X-Original-URI: /health'];
      expect((await send({ path: `${cwd}/s.sock` }, nginx, headers)).status).toBe(status);
      await one.stop();
    }
  });
});

describe('a configuration', () => {
  test('may ask for plain access, name its headers, tell codes and narrow audiences', async () => {
    const config = stringify({
      version: 1,
      audience: ['https://secrets.test', 'https://other.test'],
      exposeReasons: true,
      forwardAuth: {
        unmapped: 'access',
        headers: { subject: 'X-Auth-Subject' },
        routes: [{ path: '/other', methods: { GET: 'read' }, audience: 'https://other.test' }],
      },
    });
    const { directory: cwd, token } = await shopOf({ 'c.yaml': config });
    const { url, stop } = await serve(['--config', 'c.yaml'], { cwd });
    const authorization = `Authorization: Bearer ${await token()}`;
    const at = (path: string): Promise<WireAnswer> =>
      send(endOf(url), `GET /authorize/envoy${path} HTTP/1.1`, [authorization]);
    const plain = await at('/anything/else');
    expect([plain.status, plain.headers['x-auth-subject'], plain.headers['x-countersign-subject']]).toEqual([
      200,
      ['org:acme/user:ada'],
      undefined,
    ]);
    const other = await at('/other');
    expect([other.status, JSON.parse(other.body).reasons]).toEqual([401, ['audience_mismatch']]);
    const refused = await at('//anything');
    expect([refused.status, JSON.parse(refused.body).reasons]).toEqual([403, ['path_not_canonical']]);
    await stop();
  });

  test('percent-encodes what no header can hold', async () => {
    const sub = 'ada%0d lovelace, äđ€😀';
    const trust = { rules: [{ id: 'everyone', effect: 'allow', when: { issuer: 'shop' } }] };
    const { issuer, directory: cwd } = await shopOf({ 'c.yaml': 'version: 1\nforwardAuth: { unmapped: access }\n' });
    await writeFile(
      `${cwd}/policies/trust.yaml`,
      policyOf(issuer, trust).replace('subject: gitpod', 'subject: opaque'),
    );
    const { url, stop } = await serve(['--config', 'c.yaml'], { cwd });
    const token = await issuer.token({ sub, aud: 'https://secrets.test' });
    const { status, headers } = await send(endOf(url), 'GET /authorize/envoy/x HTTP/1.1', [
      `Authorization: Bearer ${token}`,
    ]);
    await stop();
    expect(status).toBe(200);
    expect(headers['x-countersign-subject']?.[0]).toMatch(/^[\x21-\x7e]+$/);
    expect(decodeURIComponent(headers['x-countersign-subject']?.[0] ?? '')).toContain(sub);
  });

  test('has bounds for what a connection may cost', async () => {
    const config = 'version: 1\nlimits: { headerBytes: 4096, requestSeconds: 1, connections: 2 }\n';
    const { directory: cwd } = await shopOf({ 'c.yaml': config });
    const { url, stop } = await serve(['--config', 'c.yaml'], { cwd });
    expect((await send(endOf(url), 'GET / HTTP/1.1', [`X: ${'a'.repeat(5000)}`])).status).toBe(431);
    const slow = connect(endOf(url));
    slow.write('GET / HTTP/1.1\r\nHost: test\r\n');
    const [late] = (await once(slow, 'data')) as [Buffer];
    expect(late.toString()).toMatch(/^HTTP\/1\.1 408 /);
    slow.destroy();
    await once(slow, 'close');
    const held = [connect(endOf(url)), connect(endOf(url))];
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    const third = connect(endOf(url)).on('error', () => undefined);
    await once(third, 'close');
    expect(held.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    for (const socket of held) socket.destroy();
    await stop();
  });
});

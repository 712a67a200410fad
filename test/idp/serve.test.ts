import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchVia } from '../../src/idp/fetch-via.ts';
import { mintToken } from '../../src/idp/mint.ts';
import { serveIssuer, type ServedIssuer, type ServeIssuerOptions } from '../../src/idp/serve.ts';
import { generateSigningKey, type SigningKey } from '../../src/idp/signing-key.ts';

let key: SigningKey;
const served: ServedIssuer[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  ({ key } = await generateSigningKey('k0', 'RS256'));
});
afterAll(async () => {
  await Promise.all(served.map((issuer) => issuer.close()));
  for (const server of servers) server.close().closeAllConnections();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(options: Omit<ServeIssuerOptions, 'key'> = {}): Promise<ServedIssuer> {
  const issuer = await serveIssuer({ key, ...options });
  served.push(issuer);
  return issuer;
}

/** The status of a request whose path is sent as it is, not in the form that `fetch` gives it. */
function statusOf(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { path, agent: false }, (response) => resolve((response.resume(), response.statusCode)))
      .on('error', reject)
      .end();
  });
}

test('publishes where it listens, on a free port of 127.0.0.1', async () => {
  const { url, issuer } = await serve();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
  expect(issuer).toBe(url);
  const response = await fetch(`${url}/.well-known/openid-configuration`);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/u);
  expect(response.headers.get('cache-control')).toBe('max-age=600');
  expect(await response.json()).toEqual({
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub'],
  });
});

test('publishes the public key only', async () => {
  const { url } = await serve();
  const response = await fetch(`${url}/.well-known/jwks.json`);
  expect(response.headers.get('cache-control')).toBe('max-age=600');
  const { keys } = (await response.json()) as { keys: object[] };
  expect(keys.map((jwk) => Object.keys(jwk).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
});

test.each([
  '/',
  '/.well-known',
  '/.well-known/jwks.json/',
  '/.well-known//jwks.json',
  '//evil.test/.well-known/jwks.json',
  '/.WELL-KNOWN/jwks.json',
  '/%2e/x',
])('answers 404 to %s', async (path) => {
  const { url } = await serve();
  expect(await statusOf(url, path)).toBe(404);
});

test('answers unknown paths in JSON, and methods that write with 405', async () => {
  const { url } = await serve();
  expect(await (await fetch(`${url}/none`)).json()).toEqual({ error: 'not_found' });
  expect((await fetch(`${url}/.well-known/jwks.json`, { method: 'DELETE' })).status).toBe(405);
  const head = await fetch(`${url}/.well-known/jwks.json`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test.each(['https://app.gitpod.io', 'https://app.gitpod.io/tenant/a'])(
  'plays %s through a mapped fetch',
  async (issuerUrl) => {
    const { url, issuer } = await serve({ issuerUrl });
    expect(issuer).toBe(issuerUrl);
    const mapped = fetchVia({ 'https://app.gitpod.io': url });
    const response = await mapped(`${issuerUrl}/.well-known/openid-configuration`);
    const document = (await response.json()) as { issuer: string; jwks_uri: string };
    expect(document).toMatchObject({ issuer: issuerUrl, jwks_uri: `${issuerUrl}/.well-known/jwks.json` });
    const keys = createRemoteJWKSet(new URL(document.jwks_uri), { [customFetch]: mapped });
    const token = await mintToken({ iss: issuerUrl, sub: 's' }, key);
    expect(await jwtVerify(token, keys, { issuer: issuerUrl })).toMatchObject({
      protectedHeader: { alg: 'RS256', kid: 'k0' },
      payload: { sub: 's' },
    });
  },
);

test('listens on the other names of loopback', async () => {
  expect((await serve({ host: 'localhost' })).url).toMatch(/^http:\/\/localhost:\d+$/u);
  expect((await serve({ host: '127.0.0.2' })).url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/u);
});

test.each<[Partial<Record<keyof ServeIssuerOptions, unknown>>, RegExp]>([
  ...['0.0.0.0', '::', '', '192.168.0.1', 'example.org', '127.0.0.1.example.org', '127.1', '2130706433'].map(
    (host): [object, RegExp] => [{ host }, /loopback only/u],
  ),
  [{ port: -1 }, /port must be/u],
  [{ port: 65536 }, /port must be/u],
  [{ port: 1.5 }, /port must be/u],
  [{ port: '80' }, /port must be/u],
  [{ issuerUrl: 'app.gitpod.io' }, /issuerUrl must be/u],
])('refuses %j', async (options, message) => {
  await expect(serve(options as object)).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(message),
  });
});

test('rejects with the error of the system where the port is taken', async () => {
  const { url } = await serve();
  await expect(serve({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('closes with connections open, and twice', async () => {
  const issuer = await serve();
  await (await fetch(`${issuer.url}/`)).text();
  const socket = connect(Number(new URL(issuer.url).port), '127.0.0.1').on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n'); // and never the rest
  await once(socket, 'connect');
  await issuer.close();
  await issuer.close();
  await expect(fetch(`${issuer.url}/`)).rejects.toThrow('fetch failed');
});

test('a mapped fetch keeps path, query, method, body and header', async () => {
  const server = createServer((message, response) => {
    message.resume().on('end', () => response.end(`${message.method} ${message.url} ${message.headers['x-a']}`));
  });
  const loopback = await listen(server);
  const mapped = fetchVia({ 'https://a.test/': loopback });
  const response = await mapped(
    new Request('https://a.test/p/q?r=s', { method: 'POST', body: 'b', headers: { 'x-a': '1' } }),
  );
  expect(await response.text()).toBe('POST /p/q?r=s 1');
});

test('a mapped fetch goes nowhere else, redirects included', async () => {
  const server = createServer((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  const loopback = await listen(server);
  const mapped = fetchVia({ 'https://a.test': loopback });
  expect((await mapped('https://a.test/')).status).toBe(302);
  await expect(mapped('https://a.test/', { redirect: 'error' })).rejects.toThrow('fetch failed');
  await expect(mapped('https://a.test/', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  for (const url of ['https://b.test/', 'http://a.test/', 'https://a.test:8443/', loopback, 'https://a.test.b.test/']) {
    await expect(mapped(url)).rejects.toThrow(/offline, only https:\/\/a\.test can be reached/u);
  }
  await expect(fetchVia({})('https://a.test/')).rejects.toThrow(/only nothing/u);
});

test.each<[string, unknown]>([
  ['a.test', 'http://127.0.0.1:1'],
  ['https://a.test/path', 'http://127.0.0.1:1'],
  ['https://a.test', 'http://example.org'],
  ['https://a.test', 'https://127.0.0.1:1'],
  ['https://a.test', 'http://127.0.0.1:1/path'],
  ['https://a.test', 5],
])('refuses to map %s to %s', (from, to) => {
  expect(() => fetchVia({ [from]: to } as Record<string, string>)).toThrow(TypeError);
});

import { once } from 'node:events';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from '@jest/globals';
import { healthRoutes } from '../../../src/http/sidecar/health.ts';
import type { Readiness } from '../../../src/engine/engine.ts';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { AUDIENCE, policyOf, serve, type Serving, shopOf } from './process.ts';
import { endOf, parsed, send } from '../wire.ts';

const ACCESS = 'version: 1\nforwardAuth: { unmapped: access }\n';
const NO_RULES = { rules: [] };
const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

const statusOf = async ({ url }: Serving, token: string): Promise<number> =>
  (await send(endOf(url), 'GET /authorize/envoy/x HTTP/1.1', [`Authorization: Bearer ${token}`])).status;

describe('policies', () => {
  test('that change are in force, and those that do not load leave the last good ones so', async () => {
    const { directory: cwd, issuer, token } = await shopOf({ 'countersign.serve.yaml': ACCESS });
    const bearer = await token();
    const serving = await serve([], { cwd });
    expect(await statusOf(serving, bearer)).toBe(200);
    await writeFile(`${cwd}/policies/trust.yaml`, 'version: 1\nruls: []\n');
    await serving.heard(/policies not reloaded; the last good ones stay in force.*trust\.yaml:2:1/);
    expect(await statusOf(serving, bearer)).toBe(200);
    await writeFile(`${cwd}/policies/trust.yaml`, policyOf(issuer, NO_RULES));
    await serving.heard(/policies reloaded/);
    expect(await statusOf(serving, bearer)).toBe(403);
    expect(await serving.stop()).toBe(0);
  });

  test('are loaded again at SIGHUP, and only then where they are not watched', async () => {
    const { directory: cwd, issuer, token } = await shopOf({ 'countersign.serve.yaml': `${ACCESS}watch: false\n` });
    const bearer = await token();
    const serving = await serve([], { cwd });
    await writeFile(`${cwd}/policies/trust.yaml`, policyOf(issuer, NO_RULES));
    expect(await statusOf(serving, bearer)).toBe(200);
    serving.kill('SIGHUP');
    await serving.heard(/policies reloaded/);
    expect(await statusOf(serving, bearer)).toBe(403);
    await serving.stop();
  });

  test('of a ConfigMap follow its `..data` link, whole', async () => {
    const { issuer, token } = await shopOf();
    const bearer = await token();
    const cwd = await directoryOf({
      'c.yaml': ACCESS,
      'map/..2026_1/issuers.yaml': policyOf(issuer, NO_RULES),
      'map/..2026_1/rules.yaml': 'version: 1\nrules: [{ id: all, effect: allow, when: { issuer: shop } }]\n',
      'map/..data': { link: '..2026_1' },
      'map/issuers.yaml': { link: '..data/issuers.yaml' },
      'map/rules.yaml': { link: '..data/rules.yaml' },
    });
    const serving = await serve(['--config', 'c.yaml', '--policies', 'map'], { cwd });
    expect(await statusOf(serving, bearer)).toBe(200);
    await mkdir(`${cwd}/map/..2026_2`);
    await writeFile(`${cwd}/map/..2026_2/issuers.yaml`, policyOf(issuer, NO_RULES));
    await writeFile(`${cwd}/map/..2026_2/rules.yaml`, 'version: 1\nrules: []\n');
    await symlink('..2026_2', `${cwd}/map/..data_tmp`);
    await rename(`${cwd}/map/..data_tmp`, `${cwd}/map/..data`);
    await rm(`${cwd}/map/..2026_1`, { recursive: true });
    await serving.heard(/policies reloaded/);
    expect(await statusOf(serving, bearer)).toBe(403);
    await serving.stop();
  });
});

/** An issuer whose keys come when the test says so. */
async function slowIssuer(): Promise<{
  cwd: string;
  token: string;
  asked: Promise<unknown>;
  answer: (status: number) => void;
}> {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  const waiting: ServerResponse[] = [];
  const server = createServer((_, response) => {
    waiting.push(response);
    server.emit('asked');
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const jwks = { uri: `http://127.0.0.1:${port}/jwks` };
  const issuers = { shop: { url: issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks } };
  const cwd = await directoryOf({ 'countersign.serve.yaml': ACCESS, 'policies/a.yaml': policyOf(issuer, { issuers }) });
  return {
    cwd,
    token: await issuer.token({ sub: 'org:acme/user:ada', aud: AUDIENCE }),
    asked: once(server, 'asked'),
    answer: (status) => {
      for (const response of waiting.splice(0)) response.writeHead(status).end(JSON.stringify(issuer.keys));
    },
  };
}

describe('an end', () => {
  test('waits for requests under way, and takes no further ones', async () => {
    const issuer = await slowIssuer();
    const serving = await serve([], { cwd: issuer.cwd });
    const socket = connect(endOf(serving.url)).setEncoding('latin1');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    socket.write(`GET /authorize/envoy/x HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${issuer.token}\r\n\r\n`);
    await issuer.asked;
    const probe = connect(endOf(serving.operations)).setEncoding('latin1');
    await once(probe, 'connect');
    const idle = connect(endOf(serving.url));
    await once(idle, 'connect');
    serving.kill('SIGTERM');
    await once(idle.resume(), 'close');
    probe.write('GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n');
    const [readiness] = (await once(probe, 'data')) as [string];
    expect([readiness.split('\r\n')[0], parsed(readiness).body]).toEqual([
      'HTTP/1.1 503 Service Unavailable',
      '{"ready":false,"draining":true}\n',
    ]);
    const refused = connect(endOf(serving.url));
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
    issuer.answer(200);
    await once(socket, 'close');
    expect(parsed(text).status).toBe(200);
    expect(await serving.end).toBe(0);
    expect(serving.stderr()).toMatch(/stopped\n$/);
  });

  test.each([
    ['a second signal', ACCESS, (serving: Serving) => serving.kill('SIGINT')],
    ['the time that is given', `${ACCESS}limits: { drainSeconds: 0 }\n`, () => undefined],
  ])('waits no longer than for %s', async (_, config, then) => {
    const issuer = await slowIssuer();
    await writeFile(`${issuer.cwd}/countersign.serve.yaml`, config);
    const serving = await serve([], { cwd: issuer.cwd });
    const socket = connect(endOf(serving.url)).resume();
    socket.write(`GET /authorize/envoy/x HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${issuer.token}\r\n\r\n`);
    await issuer.asked;
    serving.kill('SIGTERM');
    then(serving);
    expect(await serving.end).toBe(0);
    issuer.answer(503);
  });
});

describe('readiness', () => {
  test('of many probes asks the engine once', async () => {
    let asked = 0;
    let answer = (_: Readiness): void => undefined;
    const engine = {
      ready: () => {
        asked += 1;
        return new Promise<Readiness>((resolve) => (answer = resolve));
      },
    };
    const ready = healthRoutes({ engine, isDraining: () => false }).find(({ path }) => path === '/readyz');
    const probes = Array.from({ length: 50 }, () => ready?.handle(new Request('http://test/readyz')));
    answer({ ready: true, policy: { digest: '' }, issuers: [] });
    const statuses = await Promise.all(probes.map(async (probe) => (await probe)?.status));
    expect([new Set(statuses), asked]).toEqual([new Set([200]), 1]);
  });

  test('says whose keys are missing; tokens get 503 meanwhile, and no answer lets them in', async () => {
    const issuer = await slowIssuer();
    const serving = await serve([], { cwd: issuer.cwd });
    const probe = fetch(`${serving.operations}/readyz`);
    await issuer.asked;
    issuer.answer(500);
    const response = await probe;
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({
        ready: false,
        issuers: [expect.objectContaining({ name: 'shop', keys: 0, error: expect.any(String) })],
      }),
    ]);
    const asked = await send(endOf(serving.url), 'GET /authorize/envoy/x HTTP/1.1', [
      `Authorization: Bearer ${issuer.token}`,
    ]);
    expect([asked.status, asked.headers['retry-after']]).toEqual([503, ['5']]);
    await serving.stop();
  });
});

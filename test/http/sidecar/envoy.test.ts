import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { cli } from '../../cli/cli.ts';
import { type CheckAnswer, type Client, connect } from '../envoy/client.ts';
import { AUDIENCE, policyOf, serve, SERVE, type Serving, shopOf } from './process.ts';

const clientOf = (serving: Serving): Client => connect(/envoy +(\S+),/.exec(serving.stderr())?.[1] ?? '');

const asked = (method: string, path: string, token?: string): object => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { attributes: { request: { http: { method, path, host: 'secrets.test', headers } } } };
};
const identityOf = ({ ok_response: ok }: CheckAnswer): object =>
  Object.fromEntries(ok?.headers?.map(({ header: { key, value = '' } }) => [key, value]) ?? []);

describe('Envoy over gRPC', () => {
  test('is answered by the routes and headers of forward auth', async () => {
    const config = SERVE.replace('forwardAuth:', 'forwardAuth:\n  headers: { subject: X-Auth-Subject }');
    const shop = await shopOf({ 'c.yaml': `${config}envoy: { listen: 'unix:envoy.sock' }\n` });
    const serving = await serve(['--config', 'c.yaml'], { cwd: shop.directory });
    const client = connect(`unix:${shop.directory}/envoy.sock`);
    const token = await shop.token();
    const allowed = await client.check(asked('GET', '/v1/secrets/app/db', token));
    expect(allowed.status).toMatchObject({ code: 0 });
    expect(identityOf(allowed)).toMatchObject({
      'X-Auth-Subject': 'org:acme/user:ada',
      'X-Countersign-Rule': 'acme-app',
    });
    const passing = await client.check(asked('GET', '/health'));
    expect(identityOf(passing)).toMatchObject({ 'X-Auth-Subject': '', 'X-Countersign-Rule': '' });
    for (const [method, path, bearer, code] of [
      ['GET', '/v1/secrets/other/db', token, 7],
      ['DELETE', '/v1/secrets/app/db', token, 7],
      ['GET', '/v1/secrets/app/../other', token, 7],
      ['GET', '/v1/secrets/app/db', undefined, 16],
    ] as const) {
      const answer = await client.check(asked(method, path, bearer));
      expect([answer.status?.code, answer.http_response]).toEqual([code, 'denied_response']);
    }
    client.close();
    expect(await serving.stop()).toBe(0);
  });

  test('is denied while keys cannot be had', async () => {
    const shop = await shopOf();
    const jwks = { uri: 'http://127.0.0.1:1/jwks' };
    const issuers = { shop: { url: shop.issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks } };
    const { directory: cwd } = await shopOf({
      'policies/trust.yaml': policyOf(shop.issuer, { issuers }),
      'countersign.serve.yaml': `${SERVE}envoy: { listen: '127.0.0.1:0' }\n`,
    });
    const serving = await serve([], { cwd });
    const client = clientOf(serving);
    const answer = await client.check(asked('GET', '/v1/secrets/app/db', await shop.token()));
    expect([answer.status?.code, answer.http_response]).toEqual([14, 'denied_response']);
    client.close();
    await serving.stop();
  });

  test('listens where it is told, and says so where others reach it', async () => {
    const { directory: cwd } = await shopOf({
      'c.yaml': "version: 1\nenvoy: { listen: '0.0.0.0:0' }\n",
      'local.yaml': "version: 1\nenvoy: { listen: 'localhost:0' }\n",
    });
    const local = await serve(['--config', 'local.yaml'], { cwd });
    await local.stop();
    expect(local.stderr()).toMatch(/ {2}envoy +localhost:\d+, over gRPC\n/);
    expect(local.stderr()).not.toContain('warning');
    const serving = await serve(['--config', 'c.yaml'], { cwd });
    await serving.stop();
    expect(serving.stderr()).toMatch(/ {2}envoy +0\.0\.0\.0:\d+, over gRPC\n/);
    expect(serving.stderr()).toMatch(/warning: `0\.0\.0\.0:\d+` can be reached from other machines\n/);
  });

  test('does not start where its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { directory: cwd } = await shopOf({ 'c.yaml': `version: 1\nenvoy: { listen: '127.0.0.1:${port}' }\n` });
    const args = ['serve', '--config', 'c.yaml', '--listen', '127.0.0.1:0', '--operations', '127.0.0.1:0'];
    expect(await cli(args, { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: \`127.0.0.1:${port}\` is in use\nhelp: name another port, or port 0 for any that is free\n`,
    });
    taken.close();
  });
});

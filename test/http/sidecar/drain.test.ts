import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect as connectTo } from 'node:net';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { connect } from '../envoy/client.ts';
import { serve } from './process.ts';
import { endOf, send } from '../wire.ts';

const NAMES = ['proxy', 'question', 'exchange', 'check'] as const;
const CONFIG = {
  version: 1,
  audience: 'api',
  forwardAuth: { unmapped: 'access' },
  authzen: true,
  exchange: { issuer: 'https://sts.test', keyFile: 'keys.json', targets: [{ audience: 'vault' }] },
  envoy: { listen: '127.0.0.1:0' },
};

/** Four issuers whose keys come when the test says so: each entrance waits for those of its own. */
async function slowIssuers(): Promise<{ issuers: object; tokens: string[]; asked: Promise<void>; answer: () => void }> {
  const issuers = await Promise.all(
    NAMES.map((name) => createTestIssuer({ url: `https://${name}.test`, algorithm: 'ES256' })),
  );
  const waiting = new Map<string, ServerResponse>();
  const server = createServer(({ url = '' }, response) => {
    waiting.set(url.slice(1), response);
    if (waiting.size === NAMES.length) server.emit('asked');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const trusted = issuers.map(({ url }, at) => [
    NAMES[at],
    { url, subject: 'gitpod', audiences: ['api'], jwks: { uri: `http://127.0.0.1:${port}/${NAMES[at]}` } },
  ]);
  return {
    issuers: Object.fromEntries(trusted),
    tokens: await Promise.all(issuers.map((issuer) => issuer.token({ sub: 'org:acme/user:ada', aud: 'api' }))),
    asked: once(server, 'asked').then(() => undefined),
    answer: () => {
      for (const [at, name] of NAMES.entries()) waiting.get(name)?.end(JSON.stringify(issuers[at]?.keys));
      server.close();
    },
  };
}

async function isOpen(url: string): Promise<boolean> {
  const socket = connectTo(endOf(url));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('an end waits for what is under way at every entrance', async () => {
  const { issuers, tokens, asked, answer } = await slowIssuers();
  const rules = [{ id: 'all', effect: 'allow', when: { issuer: [...NAMES] }, grants: [{ actions: ['read'] }] }];
  const cwd = await directoryOf({
    'countersign.serve.yaml': stringify(CONFIG),
    'policies/a.yaml': stringify({ version: 1, issuers, rules }),
  });
  const serving = await serve([], { cwd });
  const [proxy = '', question = '', exchange = '', check = ''] = tokens;
  const client = connect(/envoy +(\S+),/.exec(serving.stderr())?.[1] ?? '');
  const http = { method: 'GET', path: '/x', host: 'a', headers: { authorization: `Bearer ${check}` } };
  const answers = Promise.all([
    send(endOf(serving.url), 'GET /authorize/envoy/x HTTP/1.1', [`Authorization: Bearer ${proxy}`]),
    fetch(`${serving.url}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${question}` },
      body: JSON.stringify({
        subject: { type: 'user', id: 'org:acme/user:ada' },
        action: { name: 'read' },
        resource: { type: 'doc', id: '1' },
      }),
    }),
    fetch(`${serving.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: exchange,
        audience: 'vault',
      }),
    }),
    client.check({ attributes: { request: { http } } }),
  ]);
  await asked;
  serving.kill('SIGTERM');
  // Once nobody else gets in, it drains; only then may keys come.
  while (await isOpen(serving.url));
  answer();
  const [first, second, third, fourth] = await answers;
  expect([first.status, second.status, third.status, fourth.status?.code]).toEqual([200, 200, 200, 0]);
  client.close();
  expect(await serving.end).toBe(0);
});

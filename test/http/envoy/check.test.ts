import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import fc from 'fast-check';
import type { Decision } from '../../../src/decision/decision.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { readCheckRequest } from '../../../src/http/envoy/messages.ts';
import { type EnvoyOptions, type ServedEnvoy, serveEnvoy } from '../../../src/http/envoy/serve.ts';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { policyOf } from '../../engine/policies.ts';
import { type CheckAnswer, type Client, connect, encodeWithHeaderMap } from './client.ts';

const SUB = 'org:acme/user:ada';
const ACTIONS: Readonly<Record<string, string>> = { GET: 'read', PUT: 'write' };

const decisions: Decision[] = [];
const OPTIONS: EnvoyOptions = {
  listen: '127.0.0.1:0',
  toRequest: ({ method, path }) => {
    if (path === '/throws') throw new Error('a mapping with a mistake');
    const action = ACTIONS[method];
    return action === undefined ? undefined : { action, resource: path.slice(1).split('?')[0]! };
  },
  identityHeaders: ({ principal }) => ({ 'X-Auth-Subject': principal.path, 'x-auth-email': '' }),
  onDecision: (decision) => void decisions.push(decision),
};

let engine: Engine;
let served: ServedEnvoy;
let client: Client;
let token: string;
const opened: { close(): unknown }[] = [];

async function serve(options: Partial<EnvoyOptions> = {}): Promise<Client> {
  const server = await serveEnvoy(engine, { ...OPTIONS, ...options });
  const connected = connect(server.port);
  opened.push(connected, server);
  served = server;
  return connected;
}

beforeAll(async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  const gitpod = { url: issuer.url, subject: 'gitpod', audiences: ['api'], algorithms: ['ES256'], jwks: issuer.keys };
  const grants = [{ actions: ['read'], resources: ['secret/**'] }];
  const rule = { id: 'read', effect: 'allow', when: { issuer: 'gitpod', subject: 'org:acme' }, grants };
  engine = await createEngine({ policies: policyOf({ issuers: { gitpod }, rules: [rule] }), audience: 'api' });
  token = await issuer.token({ sub: SUB, aud: 'api' });
  client = await serve();
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await engine.close();
});

const asked = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): object => ({
  attributes: {
    source: { address: { socket_address: { address: '10.0.0.9', port_value: 4711 } } },
    request: {
      time: { seconds: '1800000000', nanos: 5 },
      http: { id: '1', method, path, host: 'api.example', scheme: 'https', headers, size: '-1', protocol: 'HTTP/1.1' },
    },
    context_extensions: { route: 'a' },
  },
});
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
const header = (key: string, value: string): object => ({
  header: { key, value },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  keep_empty_value: true,
});
const outcome = ({ status, http_response, denied_response }: CheckAnswer): unknown[] => [
  status?.code,
  http_response,
  ...(denied_response === undefined ? [] : [denied_response.status.code]),
];

describe('a request that is allowed', () => {
  test('goes on with headers that replace those of the client', async () => {
    const answer = await client.check(asked('GET', '/secret/db?version=1', bearer()));
    expect(answer).toMatchObject({
      status: { code: 0 },
      http_response: 'ok_response',
      ok_response: { headers: [header('X-Auth-Subject', SUB), header('x-auth-email', '')] },
    });
  });

  test('loses headers that look like ours', async () => {
    const headers = { ...bearer(), x_auth_subject: 'root', 'x-auth_email': 'root', x_other: '1', 'x-auth-subject': 'root' };
    const { ok_response: ok } = await client.check(asked('GET', '/secret/db', headers));
    expect([...ok!.headers_to_remove!].sort()).toEqual(['x-auth_email', 'x_auth_subject']);
  }); // prettier-ignore

  test('is told', async () => {
    decisions.length = 0;
    await client.check(asked('GET', '/secret/db', bearer()));
    expect(decisions).toMatchObject([{ effect: 'allow', principal: { path: SUB } }]);
  });
});

describe('a request is denied', () => {
  test.each<[name: string, code: number, status: string, request: () => object]>([
    ['without a token', 16, 'Unauthorized', () => asked('GET', '/secret/db')],
    ['with a bad token', 16, 'Unauthorized', () => asked('GET', '/secret/db', { authorization: 'Bearer a.b.c' })],
    ['with two tokens that were joined', 3, 'BadRequest', () => asked('GET', '/secret/db', { authorization: `Bearer ${token},Bearer ${token}` })],
    ['with a token in the query', 3, 'BadRequest', () => asked('GET', `/secret/db?access_token=${token}`, bearer())],
    ['that no grant covers', 7, 'Forbidden', () => asked('PUT', '/secret/db', bearer())],
    ['that nothing is known of', 7, 'Forbidden', () => asked('TRACE', '/secret/db', bearer())],
    ['for a path that is not canonical', 3, 'BadRequest', () => asked('GET', '/secret//db', bearer())],
    ['for a path with dots', 3, 'BadRequest', () => asked('GET', '/secret/../secret/db', bearer())],
    ['for which the mapping fails', 14, 'ServiceUnavailable', () => asked('GET', '/throws', bearer())],
  ])('%s', async (_, code, status, request) => {
    expect(outcome(await client.check(request()))).toEqual([code, 'denied_response', status]);
  }); // prettier-ignore

  test('as RFC 6750 says, with problem details', async () => {
    const { denied_response: denied } = await client.check(asked('GET', '/secret/db'));
    expect(denied!.headers).toContainEqual(header('WWW-Authenticate', 'Bearer'));
    expect(denied!.headers).toContainEqual(header('Content-Type', 'application/problem+json'));
    expect(JSON.parse(denied!.body)).toMatchObject({ status: 401, title: 'Unauthorized' });
  });

  test.each<[name: string, headers: object]>([
    ['has a line break', { 'x-auth-subject': 'a\r\nb' }],
    ['is not ASCII', { 'x-auth-subject': 'é' }],
    ['has a name that is none', { 'x auth': 'a' }],
    ['is no string', { 'x-auth-subject': 5 }],
  ])('where an identity header %s', async (_, headers) => {
    const strict = await serve({ identityHeaders: () => headers as Record<string, string> });
    expect(outcome(await strict.check(asked('GET', '/secret/db', bearer())))).toEqual([
      14,
      'denied_response',
      'ServiceUnavailable',
    ]);
  });
});

describe('headers as newer Envoys send them', () => {
  const send = async (...values: string[]): Promise<unknown[]> => {
    const headers = values.map((value): [string, string] => ['authorization', value]);
    return outcome(await client.send(encodeWithHeaderMap('GET', '/secret/db', headers)));
  };

  test('carry a token', async () => {
    expect(await send(`Bearer ${token}`)).toEqual([0, 'ok_response']);
    expect(await send()).toEqual([16, 'denied_response', 'Unauthorized']);
  });

  test('carry two, and are refused', async () => {
    expect(await send(`Bearer ${token}`, 'Basic eDp5')).toEqual([3, 'denied_response', 'BadRequest']);
    expect(await send('Basic eDp5', `Bearer ${token}`)).toEqual([3, 'denied_response', 'BadRequest']);
  });
});

describe('bytes that are no check are an error of gRPC, never an allow', () => {
  test.each<[name: string, bytes: number[]]>([
    ['nothing', []],
    ['attributes without a request', [0x0a, 0x00]],
    ['a field that is longer than the message', [0x0a, 0x7f, 0x00]],
    ['a varint without an end', [0x0a, 0xff, 0xff]],
    ['a group', [0x0b]],
    ['attributes that are a number', [0x08, 0x01]],
  ])('%s', async (_, bytes) => {
    await expect(client.send(Uint8Array.from(bytes))).rejects.toMatchObject({ code: 13 });
  });

  test('a check that was cut off, wherever', () => {
    const whole = encodeWithHeaderMap('GET', '/secret/db', [['authorization', 'Bearer a.b.c']]);
    expect(readCheckRequest(whole)).toMatchObject({ method: 'GET', path: '/secret/db' });
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readCheckRequest(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  test('any bytes are read or refused, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(typeof readCheckRequest(bytes).method).toBe('string');
        } catch (error) {
          expect(['RangeError', 'TypeError']).toContain((error as Error).name);
        }
      }),
    );
  });
});

test('while no decision can be made, requests are denied', async () => {
  const down = await createEngine({ policies: policyOf({}), audience: 'api' });
  await down.close();
  const server = await serveEnvoy(down, OPTIONS);
  const connected = connect(server.port);
  const answer = await connected.check(asked('GET', '/secret/db', bearer()));
  expect(outcome(answer)).toEqual([14, 'denied_response', 'ServiceUnavailable']);
  connected.close();
  await server.close();
  await server.close();
});

test('a realm that no header can hold, and an address that is taken, are refused', async () => {
  setLogVerbosity(logVerbosity.NONE);
  await expect(serve({ realm: 'a"b' })).rejects.toThrow(TypeError);
  await expect(serve({ listen: `127.0.0.1:${served.port}` })).rejects.toThrow(/EADDRINUSE|bind/);
});

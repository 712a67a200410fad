import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { readCheckRequest } from '../../../src/http/envoy/messages.ts';
import { type EnvoyOptions, type ServedEnvoy, serveEnvoy } from '../../../src/http/envoy/serve.ts';
import { compileMapping, type Mapping } from '../../../src/http/mapping/compile.ts';
import type { Observation } from '../../../src/http/observe.ts';
import { DEFAULT_IDENTITY_HEADERS } from '../../../src/http/sidecar/forward-auth/identity.ts';
import { DEFAULT_PEERS, parsePeers, type Peers } from '../../../src/http/sidecar/peers.ts';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { policyOf } from '../../engine/policies.ts';
import { directoryOf } from '../../files/directory.ts';
import { type CheckAnswer, type Client, connect, encodeWithHeaderMap } from './client.ts';
import { runsOf } from '../../runs.ts';

const SUB = 'org:acme/user:ada';
const NAMES = { ...DEFAULT_IDENTITY_HEADERS, subject: 'X-Auth-Subject', kind: 'x-auth-kind' };
const ROUTES = [
  { path: '/secret/{path+}', methods: { GET: 'read', PUT: 'write' }, resource: 'secret/{path}' },
  { path: '/health', public: ['GET'] },
];

const seen: Observation[] = [];
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let engine: Engine;
let served: ServedEnvoy;
let client: Client;
let token: string;
const opened: (() => unknown)[] = [];

const optionsWith = (given: Partial<EnvoyOptions> = {}): EnvoyOptions => ({
  engine,
  listen: { host: '127.0.0.1', port: 0 },
  mapping: compileMapping(ROUTES) as Mapping,
  unmapped: 'deny',
  peers: parsePeers(DEFAULT_PEERS) as Peers,
  headers: NAMES,
  answer: {},
  observe: (observation) => void seen.push(observation),
  logger: silent,
  ...given,
});

async function serve(given: Partial<EnvoyOptions> = {}): Promise<Client> {
  const server = await serveEnvoy(optionsWith(given));
  const connected = connect(portOf(server));
  opened.push(
    () => connected.close(),
    () => server.drain(0),
  );
  served = server;
  return connected;
}

const portOf = ({ address }: ServedEnvoy): number => ('port' in address ? address.port : 0);

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
  for (const close of opened) await close();
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
    expect(answer).toMatchObject({ status: { code: 0 }, http_response: 'ok_response' });
    const values = answer.ok_response!.headers!.map(({ header: { key, value } }) => [key, value]);
    expect(new Set(values.map(([key]) => key))).toEqual(new Set(Object.values(NAMES)));
    expect(answer.ok_response!.headers).toContainEqual(header('X-Auth-Subject', SUB));
    expect(answer.ok_response!.headers).toContainEqual(header('x-auth-kind', 'user'));
  });

  test('loses headers that look like ours', async () => {
    const headers = { ...bearer(), x_auth_subject: 'root', 'x-auth_kind': 'root', x_other: '1', 'x-auth-subject': 'root' };
    const { ok_response: ok } = await client.check(asked('GET', '/secret/db', headers));
    expect([...ok!.headers_to_remove!].sort()).toEqual(['x-auth_kind', 'x_auth_subject']);
  });

  test('by a public route has no identity, whatever the client says', async () => {
    const { status, ok_response: ok } = await client.check(asked('GET', '/health', { 'x-auth-subject': 'root' }));
    expect(status).toMatchObject({ code: 0 });
    expect(ok!.headers).toEqual(Object.values(NAMES).map((name) => header(name, '')));
  });

  test('is told', async () => {
    seen.length = 0;
    await client.check(asked('GET', '/secret/db', { ...bearer(), traceparent: 't' }));
    await client.check(asked('GET', '/health'));
    await client.check(asked('GET', '/secret/a;b', bearer()));
    const request = { method: 'GET', peer: '127.0.0.1', host: 'api.example' };
    expect(seen).toMatchObject([
      {
        entrance: 'envoy',
        status: 200,
        decision: { effect: 'allow', principal: { path: SUB } },
        request: { ...request, path: '/secret/db', action: 'read', resource: 'secret/db', traceparent: 't' },
      },
      { entrance: 'envoy', status: 200, request: { ...request, route: '/health' } },
      { entrance: 'envoy', status: 403, refused: 'path_not_canonical' },
    ]);
  });
}); // prettier-ignore

describe('a request is denied', () => {
  test.each<[name: string, code: number, status: string, request: () => object]>([
    ['without a token', 16, 'Unauthorized', () => asked('GET', '/secret/db')],
    ['with a bad token', 16, 'Unauthorized', () => asked('GET', '/secret/db', { authorization: 'Bearer a.b.c' })],
    ['with two tokens that were joined', 3, 'BadRequest', () => asked('GET', '/secret/db', { authorization: `Bearer ${token},Bearer ${token}` })],
    ['with a token in the query', 3, 'BadRequest', () => asked('GET', `/secret/db?access_token=${token}`, bearer())],
    ['that no grant covers', 7, 'Forbidden', () => asked('PUT', '/secret/db', bearer())],
    ['that nothing is known of', 7, 'Forbidden', () => asked('TRACE', '/secret/db', bearer())],
    ['for a path that is not canonical', 7, 'Forbidden', () => asked('GET', '/secret//db', bearer())],
    ['for a path with dots', 7, 'Forbidden', () => asked('GET', '/secret/../secret/db', bearer())],
    ['for a path that no route matches', 7, 'Forbidden', () => asked('GET', '/other', bearer())],
    ['for a public path by another method', 7, 'Forbidden', () => asked('POST', '/health', bearer())],
  ])('%s', async (_, code, status, request) => {
    expect(outcome(await client.check(request()))).toEqual([code, 'denied_response', status]);
  }); // prettier-ignore

  test('as RFC 6750 says, with problem details', async () => {
    const { denied_response: denied } = await client.check(asked('GET', '/secret/db'));
    expect(denied!.headers).toContainEqual(header('WWW-Authenticate', 'Bearer'));
    expect(denied!.headers).toContainEqual(header('Content-Type', 'application/problem+json'));
    expect(JSON.parse(denied!.body)).toMatchObject({ status: 401, title: 'Unauthorized' });
  });

  test('where who asks is not one of the peers', async () => {
    const strict = await serve({ peers: parsePeers(['10.0.0.0/8', 'unix']) as Peers });
    expect(outcome(await strict.check(asked('GET', '/secret/db', bearer())))).toEqual([7, 'denied_response', 'Forbidden']);
    expect(outcome(await strict.check(asked('GET', '/health')))).toEqual([7, 'denied_response', 'Forbidden']);
  });

  test('where what decides fails in a way that nobody foresaw', async () => {
    const peers = { includes: (): never => { throw new Error('a mistake'); } };
    const broken = await serve({ peers });
    expect(outcome(await broken.check(asked('GET', '/health')))).toEqual([14, 'denied_response', 'ServiceUnavailable']);
  });
}); // prettier-ignore

test('on a socket of this machine, the peer is `unix`', async () => {
  const path = join(await directoryOf({}), 'envoy.sock');
  const server = await serveEnvoy(optionsWith({ listen: { socket: path }, peers: parsePeers(['unix']) as Peers }));
  const connected = connect(`unix:${path}`);
  expect(outcome(await connected.check(asked('GET', '/health')))).toEqual([0, 'ok_response']);
  connected.close();
  await server.drain(1);
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
      { numRuns: runsOf() },
    );
  });
});

test('while no decision can be made, requests are denied', async () => {
  const down = await createEngine({ policies: policyOf({}), audience: 'api' });
  await down.close();
  const server = await serveEnvoy(optionsWith({ engine: down }));
  const connected = connect(portOf(server));
  const answer = await connected.check(asked('GET', '/secret/db', bearer()));
  expect(outcome(answer)).toEqual([14, 'denied_response', 'ServiceUnavailable']);
  connected.close();
  await server.drain(10);
  await server.drain(10);
});

test('a check of more than a mebibyte is an error of gRPC', async () => {
  const large = asked('GET', '/secret/db', { ...bearer(), filler: 'x'.repeat(1_048_576) });
  await expect(client.check(large)).rejects.toMatchObject({ code: 8 });
});

test('a realm that no header can hold, and an address that is taken, are refused', async () => {
  await expect(serve({ answer: { realm: 'a"b' } })).rejects.toThrow(TypeError);
  await expect(serve({ listen: served.address })).rejects.toMatchObject({ name: 'ListenFailed', code: 'EADDRINUSE' });
});

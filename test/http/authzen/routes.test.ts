import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authzenRoutes } from '../../../src/http/authzen/routes.ts';
import type { Observation } from '../../../src/http/observe.ts';
import { PDP, type Service, startService } from './service.ts';

const SUB = 'org:acme/user:ada';
const RULES = [
  {
    id: 'read',
    effect: 'allow',
    when: { issuer: 'people', subject: 'org:acme' },
    grants: [{ actions: ['read'], resources: ['doc/open/**'] }],
  },
];
const ONE = '/access/v1/evaluation';
const MANY = '/access/v1/evaluations';
const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);

const observations: Observation[] = [];
let service: Service;
let token: string;
let bearer: Record<string, string>;
beforeAll(async () => {
  service = await startService(RULES, 'gitpod', { observe: (seen) => void observations.push(seen) });
  token = await service.token({ sub: SUB });
  bearer = { authorization: `Bearer ${token}` };
});
afterAll(() => service.close());

const subject = { type: 'user', id: SUB };
const action = { name: 'read' };
const doc = (id: string): object => ({ type: 'doc', id });
const question = (more: object = {}): object => ({ subject, action, resource: doc('open/1'), ...more });
const PERMIT = { decision: true, context: { id: ID } };
const DENY = { decision: false, context: { id: ID, reasons: ['no_grant_for_request'] } };
const misfit = (message: string): object => ({ decision: false, context: { error: { status: 400, message } } });

describe('an evaluation is answered with 200', () => {
  test.each<[name: string, question: object, answer: object]>([
    ['and a permit', question(), PERMIT],
    ['and a denial with its reasons', question({ resource: doc('closed/1') }), DENY],
    ['whatever properties it has', question({ subject: { ...subject, properties: { role: 'root' } }, context: { time: 1 } }), PERMIT],
    ['and a denial where the subject is another principal', question({ subject: { type: 'user', id: 'org:acme/user:eve' } }), misfit('the subject is not the principal of the token')],
    ['and a denial where the subject is of another kind', question({ subject: { type: 'runner', id: SUB } }), misfit('the subject is not the principal of the token')],
  ])('%s', async (_, asked, answer) => {
    const { status, headers, body } = await service.post(ONE, asked, bearer);
    expect([status, body]).toEqual([200, answer]);
    expect(headers.get('cache-control')).toBe('no-store');
  }); // prettier-ignore

  test('with the token in the context', async () => {
    expect(await service.post(ONE, question({ context: { token } }))).toMatchObject({ status: 200, body: PERMIT });
    const bad = await service.post(ONE, question({ context: { token: `${token.slice(0, -8)}AAAAAAAA` } }));
    expect([bad.status, bad.body]).toEqual([200, { decision: false, context: { id: ID, reasons: ['signature_invalid'] } }]);
  }); // prettier-ignore

  test('and tells every decision', async () => {
    observations.length = 0;
    await service.post(ONE, question({ resource: doc('closed/1') }), bearer);
    await service.post(ONE, question({ subject: { type: 'user', id: 'org:acme/user:eve' } }), bearer);
    await service.post(MANY, { ...question(), evaluations: [{}, { action: { name: 'write' } }] }, bearer);
    await service.post(ONE, '{', bearer);
    const read = { method: 'POST', action: 'read', resource: 'doc/open/1' };
    const [one, many] = [`authzen/evaluation`, 'authzen/evaluations'];
    expect(observations).toMatchObject([
      { entrance: one, status: 200, decision: { effect: 'deny', principal: { path: SUB } } },
      { entrance: one, status: 200, decision: { effect: 'allow' }, refused: 'subject_not_principal', request: read },
      { entrance: many, status: 200, decision: { effect: 'allow' }, request: read },
      { entrance: many, status: 200, decision: { effect: 'deny' }, request: { ...read, action: 'write' } },
      { entrance: one, status: 400, refused: 'request_malformed', request: { path: ONE } },
    ]);
    expect(observations.every(({ id }) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
  });
});

describe('the caller is refused', () => {
  const post = (asked: unknown, headers: Record<string, string>): ReturnType<Service['post']> =>
    service.post(ONE, asked, headers);

  test.each<[name: string, status: number, headers: () => Record<string, string>, challenge: RegExp]>([
    ['without a token', 401, () => ({}), /^Bearer$/],
    ['with a bad token in the header', 401, () => ({ authorization: 'Bearer a.b.c' }), /error="invalid_token"/],
    ['with a malformed header', 400, () => ({ authorization: 'Bearer a b' }), /error="invalid_request"/],
    ['with two tokens in the header', 400, () => ({ authorization: `Bearer ${token}, Bearer ${token}` }), /invalid_request/],
  ])('%s', async (_, status, headers, challenge) => {
    for (const asked of [question(), { evaluations: [question(), question()] }]) {
      const path = 'evaluations' in asked ? MANY : ONE;
      const answer = await service.post(path, asked, headers());
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
      expect(answer.headers.get('www-authenticate')).toMatch(challenge);
    }
  }); // prettier-ignore

  test('with a token in the header and another in the context', async () => {
    const twice = question({ context: { token } });
    expect((await post(twice, bearer)).status).toBe(400);
    expect((await service.post(MANY, { evaluations: [question(), twice] }, bearer)).status).toBe(400);
  });

  test('with a token for another audience of the engine', async () => {
    const authorization = `Bearer ${await service.token({ sub: SUB, aud: 'other' })}`;
    expect((await post(question(), { authorization })).status).toBe(401);
  });

  test('with two Authorization headers', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: [bearer['authorization']!, 'Basic eDp5'] };
      const sent = httpRequest(`${service.url}${ONE}`, { method: 'POST', headers: headers as never }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(question()));
    });
    expect(status).toBe(400);
  });
});

describe('a malformed request is a 400', () => {
  test.each<[name: string, body: unknown]>([
    ['that is no JSON', '{'],
    ['that is a list', []],
    ['with a member twice', '{"subject":{},"subject":{}}'],
    ['with a member twice, spelt in two ways', `${JSON.stringify(question()).slice(0, -1)},"\\u0061ction":{"name":"x"}}`],
    ['that nests too deep', `{"context":${'['.repeat(20)}${']'.repeat(20)}}`],
    ['that is too large', JSON.stringify(question({ context: { filler: 'x'.repeat(262_144) } }))],
    ['without a subject', { action, resource: doc('1') }],
    ['with a subject without an id', question({ subject: { type: 'user' } })],
    ['with an id that is a number', question({ subject: { type: 'user', id: 5 } })],
    ['without an action', { subject, resource: doc('1') }],
    ['with an action without a name', question({ action: {} })],
    ['without a resource', { subject, action }],
    ['with a type of resource that is a path', question({ resource: { type: 'doc/open', id: '1' } })],
    ['with a resource that is no canonical path', question({ resource: doc('../doc/open/1') })],
    ['with an empty segment', question({ resource: doc('open//1') })],
    ['with a context that is a list', question({ context: [] })],
    ['with a token that is none', question({ context: { token: 5 } })],
  ])('%s', async (_, body) => {
    for (const path of [ONE, MANY]) {
      const answer = await service.post(path, body, bearer);
      expect([path, answer.status, typeof answer.body]).toEqual([path, 400, 'string']);
    }
  }); // prettier-ignore

  test('of another media type', async () => {
    expect((await service.post(ONE, question(), { ...bearer, 'content-type': 'text/plain' })).status).toBe(400);
  });

  test.each<[name: string, body: object]>([
    ['evaluations that are no list', { ...question(), evaluations: {} }],
    ['too many evaluations', { evaluations: Array.from({ length: 101 }, () => question()) }],
    ['options that are no object', { evaluations: [question()], options: [] }],
    ['an unknown semantic', { evaluations: [question()], options: { evaluations_semantic: 'all' } }],
  ])('with %s', async (_, body) => {
    expect((await service.post(MANY, body, bearer)).status).toBe(400);
  });
});

describe('several evaluations', () => {
  const ask = async (body: object, headers = bearer): Promise<unknown> =>
    (await service.post(MANY, body, headers)).body;
  const evaluations = ['open/1', 'closed/1', 'open/2', 'closed/2'].map((id) => ({ resource: doc(id) }));
  const defaults = { subject, action };

  test.each<[semantic: string | undefined, first: string, answers: object[]]>([
    [undefined, 'open', [PERMIT, DENY, PERMIT, DENY]],
    ['execute_all', 'open', [PERMIT, DENY, PERMIT, DENY]],
    ['deny_on_first_deny', 'open', [PERMIT, DENY]],
    ['deny_on_first_deny', 'closed', [DENY]],
    ['permit_on_first_permit', 'open', [PERMIT]],
    ['permit_on_first_permit', 'closed', [DENY, PERMIT]],
  ])('by %s, %s first', async (evaluations_semantic, first, answers) => {
    const asked = first === 'open' ? evaluations : evaluations.slice(1);
    expect(await ask({ ...defaults, evaluations: asked, options: { evaluations_semantic } })).toEqual({
      evaluations: answers,
    });
  });

  test('replace defaults whole, part by part', async () => {
    const other = { ...defaults, resource: doc('closed/1'), action: { name: 'write' } };
    const asked = [{ action, resource: doc('open/1') }, { resource: doc('open/1') }, { action }, {}];
    expect(await ask({ ...other, evaluations: asked })).toEqual({ evaluations: [PERMIT, DENY, DENY, DENY] });
    const halves = [{ resource: { id: 'open/1' } }, { action: null }];
    expect(await ask({ ...defaults, resource: doc('open/1'), evaluations: halves })).toEqual({
      evaluations: [misfit('the resource must have a type and an id'), misfit('the action must have a name')],
    });
  });

  test('deny the one that cannot be understood, and go on', async () => {
    const asked = [{ resource: doc('..') }, 'what', { resource: doc('open/1') }];
    expect(await ask({ ...defaults, evaluations: asked })).toEqual({
      evaluations: [misfit('the resource is not a canonical path'), misfit('an evaluation must be an object'), PERMIT],
    });
    const options = { evaluations_semantic: 'deny_on_first_deny' };
    expect(await ask({ ...defaults, evaluations: asked, options })).toMatchObject({ evaluations: { length: 1 } });
  });

  test('may each bring a token', async () => {
    const eve = await service.token({ sub: 'org:acme/user:eve' });
    const resource = doc('open/1');
    const asked = [
      { resource },
      { resource, context: { token: eve } },
      { resource, context: { token: eve }, subject: { type: 'user', id: 'org:acme/user:eve' } },
    ];
    expect(await ask({ ...defaults, context: { token }, evaluations: asked }, {})).toEqual({
      evaluations: [PERMIT, misfit('the subject is not the principal of the token'), PERMIT],
    });
  });

  test.each([undefined, []])('that are %j make a single one', async (none) => {
    expect(await ask({ ...question(), evaluations: none })).toEqual(PERMIT);
  });
});

describe('X-Request-ID', () => {
  test.each(['bfe9eb29-ab87', 'any text, really', 'x'.repeat(256)])('is repeated: %s', async (id) => {
    const headers = { ...bearer, 'x-request-id': id };
    const answers = await Promise.all([
      service.post(ONE, question(), headers),
      service.post(ONE, {}, headers),
      service.post(MANY, question(), { 'x-request-id': id }),
    ]);
    expect(answers.map((answer) => [answer.status, answer.headers.get('x-request-id')])).toEqual([
      [200, id],
      [400, id],
      [401, id],
    ]);
  });

  test.each(['x'.repeat(257), 'caf\u00e9', 'a\tb'])('that cannot be repeated is refused: %j', async (id) => {
    const answer = await service.post(ONE, question(), { ...bearer, 'x-request-id': id });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([400, null]);
  });
});

test('the configuration names the entrances', async () => {
  const response = await fetch(`${service.url}/.well-known/authzen-configuration`);
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      policy_decision_point: PDP,
      access_evaluation_endpoint: `${PDP}/access/v1/evaluation`,
      access_evaluations_endpoint: `${PDP}/access/v1/evaluations`,
    },
  ]);
});

test.each(['pdp.example', 'https://pdp.example/', 'https://pdp.example?x', 'ftp://x', ''])(
  'a url that cannot be published is refused: %s',
  (url) => {
    expect(() => authzenRoutes(service.engine, { url })).toThrow(/url must be/);
  },
);

test('while no decision can be made, nothing is permitted', async () => {
  const down = await startService(RULES, 'gitpod');
  await down.engine.close();
  const answer = await down.post(ONE, question(), bearer);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  await down.close();
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { send } from '../../http/frameworks/raw-request.ts';
import {
  ask,
  AUDIENCE,
  auditOf,
  ENVIRONMENT,
  type Issuer,
  login,
  openIssuer,
  OPERATOR,
  ORG,
  placeFor,
  put,
  type Running,
  serveIn,
} from './running.ts';

const ADA = `${ORG}/user:ada`;
const SECRET = 'correct horse battery staple';
const STORED = ['projects/payments/db', 'projects/payments/signing/release', 'projects/search/db', 'users/ada/token'];

let issuer: Issuer;
let service: Running;

const tokenOf = (sub: string, aud = AUDIENCE): Promise<string> => issuer.token({ sub, aud });

beforeAll(async () => {
  issuer = await openIssuer();
  service = await serveIn(await placeFor(issuer));
  for (const path of STORED) {
    const keeper = await tokenOf(path.startsWith('users/') ? ADA : OPERATOR);
    expect(await put(service, `secret/${path}`, keeper, SECRET)).toMatchObject({ status: 204 });
  }
});

describe.each([
  ['its own token', (token: string) => Promise.resolve(token)],
  ['a session', (token: string) => login(service, token)],
])('with %s', (_, credentialOf) => {
  test.each<[who: string, method: string, path: string, status: number]>([
    [ENVIRONMENT, 'GET', 'projects/payments/db', 200],
    [ENVIRONMENT, 'GET', 'projects/payments/none', 404],
    [ENVIRONMENT, 'GET', 'projects/search/db', 403],
    [ENVIRONMENT, 'GET', 'projects/search/none', 403],
    [ENVIRONMENT, 'GET', 'users/ada/token', 403],
    [ENVIRONMENT, 'PUT', 'projects/payments/db', 403],
    [ENVIRONMENT, 'DELETE', 'projects/payments/db', 403],
    [OPERATOR, 'GET', 'projects/payments/db', 403],
    [OPERATOR, 'PUT', 'projects/payments/other', 204],
    [OPERATOR, 'DELETE', 'projects/payments/other', 204],
    [OPERATOR, 'DELETE', 'projects/payments/other', 404],
    [OPERATOR, 'PUT', 'projects/payments/signing/release', 204],
    [OPERATOR, 'DELETE', 'projects/payments/signing/release', 403],
    [ADA, 'GET', 'users/ada/token', 200],
    [ADA, 'PUT', 'users/adam/token', 403],
  ])('%s asks to %s %s and gets %d', async (who, method, path, status) => {
    const token = await credentialOf(await tokenOf(who));
    const body = method === 'PUT' ? { body: JSON.stringify({ value: SECRET }) } : {};
    const answer = await ask(service, method, `secret/${path}`, { token, ...body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    if (status === 200) expect(answer.body).toEqual({ path: `secret/${path}`, value: SECRET });
    else expect(answer.text).not.toContain(SECRET);
    if (status === 403) {
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="secrets", error="insufficient_scope"/);
      expect(answer.body).toMatchObject({ status, error: 'insufficient_scope', decision: expect.any(String) });
    }
  });

  test.each<[who: string, folder: string, paths: string[]]>([
    [ENVIRONMENT, 'secret', ['projects/payments/db', 'projects/payments/signing/release']],
    [ENVIRONMENT, 'secret/projects/payments/signing', ['projects/payments/signing/release']],
    [ENVIRONMENT, 'secret/projects/search', []],
    [ENVIRONMENT, 'secret/projects/pay', []],
    [OPERATOR, 'secret', ['projects/payments/db', 'projects/payments/signing/release', 'projects/search/db']],
    [ADA, 'secret', ['users/ada/token']],
  ])('%s lists of %s what it may read or list', async (who, folder, paths) => {
    const token = await credentialOf(await tokenOf(who));
    const { status, body } = await ask(service, 'GET', `list/${folder}`, { token });
    expect({ status, body }).toEqual({ status: 200, body: { paths: paths.map((path) => `secret/${path}`) } });
  });
});

describe('lets nobody in', () => {
  test.each<[what: string, sub: string, aud: string, status: number]>([
    ['another organisation', `org:other/prj:payments/env:e1`, AUDIENCE, 403],
    ['an organisation of a longer name', `${ORG}0/user:ada`, AUDIENCE, 403],
    ['a runner, for which there is no rule', `${ORG}/rnr:r1`, AUDIENCE, 403],
    ['a token for another service', ENVIRONMENT, 'https://other.example.com', 401],
  ])('of %s', async (_, sub, aud, status) => {
    const token = await tokenOf(sub, aud);
    for (const [method, path] of [
      ['POST', 'login'],
      ['GET', 'secret/projects/payments/db'],
      ['GET', 'list/secret'],
    ] as const) {
      expect([path, (await ask(service, method, path, { token })).status]).toEqual([path, status]);
    }
  });

  test('without a token, or with one of no session', async () => {
    const invented = `session_${'A'.repeat(43)}`;
    for (const path of ['secret/projects/payments/db', 'list/secret']) {
      const anonymous = await ask(service, 'GET', path);
      expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="secrets"']);
      const unknown = await ask(service, 'GET', path, { token: invented });
      expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="secrets", error="invalid_token"',
      ]);
    }
  });

  test('at the login by a session, which would last for ever', async () => {
    const token = await login(service, await tokenOf(ENVIRONMENT));
    expect(await ask(service, 'POST', 'login', { token })).toMatchObject({ status: 401 });
  });

  test('with two tokens, or one in the query', async () => {
    const token = await tokenOf(ENVIRONMENT);
    const session = await login(service, token);
    const target = '/v1/secret/projects/payments/db';
    for (const [one, other] of [
      [session, session],
      [session, token],
      [token, session],
    ]) {
      const headers = [one, other].map((bearer) => ['Authorization', `Bearer ${bearer}`] as const);
      expect(await send(service.port, { target, headers })).toMatchObject({ status: 400 });
    }
    const headers = [['Authorization', `Bearer ${session}`]] as const;
    expect(await send(service.port, { target, headers })).toMatchObject({ status: 200 });
    const inQuery = await send(service.port, { target: `${target}?access_token=${token}`, headers });
    expect(inQuery).toMatchObject({ status: 400 });
  });
});

describe('a path has one spelling', () => {
  test.each([
    ['/v1/secret/projects/search/../payments/db', 400],
    ['/v1/secret/projects/./payments/db', 400],
    ['/v1/secret/projects/search/%2e%2e/payments/db', 400],
    ['/v1/secret/projects%2fpayments/db', 400],
    ['/v1/secret/projects/payments/d%62', 400],
    ['/v1/secret/projects/payments/db%00', 400],
    ['/v1/secret/projects/payments/%zz', 400],
    ['/v1/secret//projects/payments/db', 400],
    ['/v1/secret/projects/payments/db/', 400],
    ['/v1/secret/projects/payments/db;x=y', 400],
    ['/v1/secret/projects/payments/db?x', 400],
    ['/v1/secret/projects\\payments\\db', 400],
    ['/v1/secret/', 400],
    [`/v1/secret/projects/payments/${'a'.repeat(129)}`, 400],
    [`/v1/secret/projects/payments${'/a'.repeat(14)}`, 400],
    ['/v1/list/', 400],
    ['/v1/list/other', 400],
    ['/v1/list/secret/', 400],
    ['/v1/list/secret/../secret', 400],
    ['/V1/secret/projects/payments/db', 404],
    ['//v1/secret/projects/payments/db', 404],
    ['/v1/x/../secret/projects/payments/db', 404],
  ])('%s is answered with %d', async (target, status) => {
    for (const token of [await tokenOf(ENVIRONMENT), await login(service, await tokenOf(ENVIRONMENT))]) {
      const answer = await send(service.port, { target, headers: [['Authorization', `Bearer ${token}`]] });
      expect(answer.status).toBe(status);
      expect(answer.body).not.toContain(SECRET);
    }
  });

  test('of up to 16 segments with 128 characters each', async () => {
    const path = `secret/users/ada${`/${'a'.repeat(128)}`.repeat(13)}`;
    const token = await tokenOf(ADA);
    expect(await put(service, path, token, SECRET)).toMatchObject({ status: 204 });
    expect(await ask(service, 'GET', path, { token })).toMatchObject({ status: 200 });
    expect(await ask(service, 'DELETE', path, { token })).toMatchObject({ status: 204 });
  });
});

describe('a body', () => {
  test.each([
    ['without a value', '{}', 'application/json', 400],
    ['whose value is a number', '{"value":5}', 'application/json', 400],
    ['with more than a value', '{"value":"x","path":"secret/users/ada/token"}', 'application/json', 400],
    ['that is no JSON', SECRET, 'application/json', 400],
    ['that is cut off', `{"value":"${SECRET}`, 'application/json', 400],
    ['that is text', SECRET, 'text/plain', 400],
    ['of a type that nothing reads', SECRET, 'application/xml', 415],
    ['that is too long', JSON.stringify({ value: 'x'.repeat(65_536) }), 'application/json', 413],
  ])('%s is refused, and not repeated', async (_, body, type, status) => {
    const answer = await ask(service, 'PUT', 'secret/users/ada/bad', { token: await tokenOf(ADA), body, type });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.text).not.toContain('correct');
  });
});

describe('the audit log', () => {
  test('says who asked for what, by which decision and token, and what came of it', async () => {
    const token = await tokenOf(ENVIRONMENT);
    const session = await login(service, token);
    const denied = await ask(service, 'GET', 'secret/projects/search/db', { token: session });
    await ask(service, 'GET', 'secret/projects/payments/db', { token });
    await ask(service, 'GET', 'secret/projects/payments/db', { token: `session_${'B'.repeat(43)}` });
    const who = {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      token: createHash('sha256').update(token).digest('hex'),
      issuer: issuer.url,
      principal: ENVIRONMENT,
    };
    const decision = denied.body.decision;
    const read = { action: 'read', resource: 'secret/projects/payments/db' };
    expect(auditOf(service).slice(-4)).toEqual([
      { ...who, via: 'login', effect: 'allow', reasons: ['rule_matched'], decision },
      {
        ...who,
        ...{ via: 'session', effect: 'deny', reasons: ['not_permitted_to_session'], decision },
        ...{ action: 'read', resource: 'secret/projects/search/db' },
      },
      { ...who, via: 'token', effect: 'allow', ...read, reasons: ['rule_matched'], decision: expect.any(String) },
      { time: who.time, via: 'session', effect: 'deny', ...read, reasons: ['session_ended'] },
    ]);
  });

  test('holds no secret and no token, and neither does the other log', async () => {
    const token = await tokenOf(ADA);
    const session = await login(service, token);
    await put(service, 'secret/users/ada/token', session, SECRET);
    await ask(service, 'PUT', 'secret/users/ada/token', { token, body: `{"value":"${SECRET}` });
    const logs = service.stdout() + service.stderr();
    expect(logs).not.toContain(SECRET);
    expect(logs).not.toContain(session);
    for (const part of token.split('.')) expect(logs).not.toContain(part);
  });

  test('is written first: what cannot be recorded does not happen', async () => {
    const place = await placeFor(issuer);
    const unrecorded = await serveIn(place);
    const token = await tokenOf(ADA);
    unrecorded.child.stdout?.destroy();
    expect(await put(unrecorded, 'secret/users/ada/token', token, SECRET)).toMatchObject({ status: 500 });
    expect(await ask(unrecorded, 'POST', 'login', { token })).toMatchObject({ status: 500 });
    expect(await unrecorded.stop()).toBe(0);
    const again = await serveIn(place);
    expect(await ask(again, 'GET', 'secret/users/ada/token', { token })).toMatchObject({ status: 404 });
  });
});

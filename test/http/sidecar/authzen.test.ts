import { beforeAll, describe, expect, test } from '@jest/globals';
import { serve, SERVE, type Serving, type Shop, shopOf } from './process.ts';
import { endOf, send } from '../wire.ts';

const PDP = 'https://pdp.test';
const ONE = '/access/v1/evaluation';
const MANY = '/access/v1/evaluations';
const SUBJECT = { type: 'user', id: 'org:acme/user:ada' };
const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const PERMIT = { decision: true, context: { id: ID } };
const DENY = { decision: false, context: { id: ID, reasons: ['no_grant_for_request'] } };

const question = (id: string, more: object = {}): object => ({
  subject: SUBJECT,
  action: { name: 'read' },
  resource: { type: 'secret', id },
  ...more,
});

let shop: Shop;
let serving: Serving;
let token: string;
beforeAll(async () => {
  shop = await shopOf({ 'countersign.serve.yaml': `${SERVE}authzen: { url: ${PDP} }\n` });
  serving = await serve([], { cwd: shop.directory });
  token = await shop.token();
});

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${serving.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('a policy decision point beside forward auth', () => {
  test('answers a question, with the token in the header or in the context', async () => {
    const inHeader = await post(ONE, question('app/db'), { authorization: `Bearer ${token}`, 'x-request-id': 'r-1' });
    expect([inHeader.status, inHeader.headers.get('x-request-id'), await inHeader.json()]).toEqual([
      200,
      'r-1',
      PERMIT,
    ]);
    const inContext = await post(ONE, question('other/db', { context: { token } }));
    expect([inContext.status, await inContext.json()]).toEqual([200, DENY]);
  });

  test('answers several, until the first denial where that is asked', async () => {
    const evaluations = ['app/a', 'other/b', 'app/c'].map((id) => ({ resource: { type: 'secret', id } }));
    const asked = { ...question('none', { context: { token } }), evaluations };
    expect(await (await post(MANY, asked)).json()).toEqual({ evaluations: [PERMIT, DENY, PERMIT] });
    const options = { evaluations_semantic: 'deny_on_first_deny' };
    expect(await (await post(MANY, { ...asked, options })).json()).toEqual({ evaluations: [PERMIT, DENY] });
  });

  test('counts a question about another subject as a denial, whatever the token is allowed', async () => {
    const subject = { type: 'user', id: 'org:acme/user:eve' };
    const answer = await post(ONE, question('app/db', { subject, context: { token } }));
    expect(await answer.json()).toMatchObject({ decision: false });
    const line = JSON.parse(serving.stdout().trimEnd().split('\n').at(-1) ?? '') as object;
    expect(line).toMatchObject({ effect: 'deny', reason: 'subject_not_principal', principal: { path: SUBJECT.id } });
    const metrics = await (await fetch(`${serving.operations}/metrics`)).text();
    expect(metrics).toMatch(/^countersign_decisions_total\{effect="deny",reason="subject_not_principal".*\} 1$/m);
  });

  test('publishes where it is asked', async () => {
    const response = await fetch(`${serving.url}/.well-known/authzen-configuration`, {
      headers: { host: 'evil.test' },
    });
    expect(await response.json()).toEqual({
      policy_decision_point: PDP,
      access_evaluation_endpoint: `${PDP}${ONE}`,
      access_evaluations_endpoint: `${PDP}${MANY}`,
    });
  });

  test.each([
    ['Bearer', 'Basic eDp5'],
    ['Basic eDp5', 'Bearer'],
  ])('refuses two Authorization headers: %s and %s', async (...schemes) => {
    const body = JSON.stringify(question('app/db'));
    const answer = await send(
      endOf(serving.url),
      `POST ${ONE} HTTP/1.1`,
      [
        ...schemes.map((scheme) => `Authorization: ${scheme === 'Bearer' ? `Bearer ${token}` : scheme}`),
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ],
      body,
    );
    expect(answer.status).toBe(400);
  });

  test('answers nothing else, and nothing on the port of operations', async () => {
    expect((await fetch(`${serving.url}${ONE}`)).status).toBe(405);
    expect((await fetch(`${serving.operations}${ONE}`, { method: 'POST' })).status).toBe(404);
    expect((await post(ONE, question('x'.repeat(70_000)))).status).toBe(413);
    expect((await post('/token', {})).status).toBe(404);
  });
});

describe('on and off', () => {
  test.each<[config: string, evaluates: number, describes: number]>([
    ['', 404, 404],
    ['authzen: false', 404, 404],
    ['authzen: true', 401, 404],
    ['authzen: {}', 401, 404],
  ])('`%s`', async (config, evaluates, describes) => {
    const { directory: cwd } = await shopOf({ 'c.yaml': `version: 1\n${config}\n` });
    const other = await serve(['--config', 'c.yaml'], { cwd });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(question('app/db'));
    const asked = await fetch(`${other.url}${ONE}`, { method: 'POST', headers, body });
    const described = await fetch(`${other.url}/.well-known/authzen-configuration`);
    expect([asked.status, described.status]).toEqual([evaluates, describes]);
    await other.stop();
  });
});

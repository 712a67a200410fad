import { afterAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { AUDIENCE, serve, type Serving, SERVE, shopOf } from './process.ts';
import { endOf, send } from '../wire.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const ALLOWED = '/v1/secrets/app/db';
/** An issuer whose keys cannot be had. */
const DOWN = 'http://127.0.0.1:9';
const down = { version: 1, issuers: { down: { url: DOWN, subject: 'gitpod', audiences: [AUDIENCE] } } };
const shop = await shopOf({ 'policies/down.yaml': JSON.stringify(down) });
const bearer = `Authorization: Bearer ${await shop.token()}`;
const started: Serving[] = [];
afterAll(() => Promise.all(started.map(({ stop }) => stop())));

type Line = Readonly<Record<string, unknown>>;

async function serving(log: string): Promise<Serving> {
  await writeFile(`${shop.directory}/log.yaml`, `${SERVE}log: ${log}\n`);
  const one = await serve(['--config', 'log.yaml'], { cwd: shop.directory });
  started.push(one);
  return one;
}

const ask = ({ url }: Serving, path: string, headers: readonly string[] = [bearer]): ReturnType<typeof send> =>
  send(endOf(url), `GET /authorize/envoy${path} HTTP/1.1`, headers);
const linesOf = ({ stdout }: Serving): readonly Line[] =>
  stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('the decision log', () => {
  test('has a line a request', async () => {
    const one = await serving('{}');
    const headers = [bearer, `traceparent: 00-${TRACE}-${SPAN}-01`];
    const answer = await ask(one, `${ALLOWED}?access=secret-query`, headers);
    await ask(one, '/v1/secrets/other/db');
    await ask(one, ALLOWED, []);
    await ask(one, '/elsewhere');
    await ask(one, '/health');
    const lines = linesOf(one);
    const request = { method: 'GET', host: 'test', path: ALLOWED, route: '/v1/secrets/{path+}', action: 'read' };
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      decision: answer.headers['x-countersign-decision']?.[0],
      token: { id: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ effect: 'allow', reason: 'rule_matched', rule: 'acme-app', issuer: shop.issuer.url },
      principal: { kind: 'user', path: 'org:acme/user:ada' },
      request: { ...request, resource: 'secret/app/db', peer: '127.0.0.1' },
      ...{ entrance: 'forward-auth/envoy', status: 200, duration: expect.any(Number) },
      ...{ trace_id: TRACE, span_id: SPAN, trace_flags: '01' },
    });
    expect(lines.map(({ effect, reason, status }) => [effect, reason, status])).toEqual([
      ['allow', 'rule_matched', 200],
      ['deny', 'no_grant_for_request', 403],
      ['deny', 'token_missing', 401],
      ['deny', 'path_unmapped', 403],
      ['allow', 'public', 200],
    ]);
    expect(one.stdout()).not.toContain('secret-query');
  });

  test('holds no token and no more of a text than is good, whatever is sent', async () => {
    const one = await serving('{}');
    const token = bearer.slice('Authorization: Bearer '.length);
    await ask(one, `/${token}`, []);
    const hostile = ['\u009b31m', '\u0085', '"', '\\', '\u00ff'].join('').repeat(1000);
    const original = ['X-Original-Method: GET', `X-Original-URI: /${hostile}`];
    await send(endOf(one.url), 'GET /authorize/nginx HTTP/1.1', original);
    await ask(one, `/${'x'.repeat(10_000)}`, [bearer, `traceparent: ${hostile}`]);
    const text = one.stdout();
    expect(text).not.toContain(token.slice(0, 20));
    expect(text).toContain('"path":"/<token>');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text.split('\n').map(({ length }) => length < 4096)).toEqual([true, true, true, true]);
    expect(linesOf(one)[1]?.['request']).toMatchObject({ path: expect.stringMatching(/^\/\u009b31m.*…$/) });
    expect(linesOf(one)[2]).not.toHaveProperty('trace_id');
  });

  test('ignores a traceparent that came twice, and never tells one', async () => {
    const one = await serving('{}');
    const traceparent = `traceparent: 00-${TRACE}-${SPAN}-01`;
    const { headers } = await ask(one, ALLOWED, [bearer, traceparent, traceparent]);
    expect(headers).not.toHaveProperty('traceparent');
    expect(linesOf(one)).toEqual([expect.not.objectContaining({ trace_id: TRACE })]);
  });

  test('leaves out what shall not be told, on standard error too', async () => {
    const one = await serving('{ redact: [principal.path, token.id, request.path, request.resource] }');
    await ask(one, ALLOWED);
    await ask(one, '/private/elsewhere');
    expect(linesOf(one)).toMatchObject([
      {
        token: { id: '[redacted]' },
        principal: { kind: 'user', path: '[redacted]' },
        request: { path: '[redacted]', resource: '[redacted]', action: 'read' },
      },
      { request: { path: '[redacted]' } },
    ]);
    expect(one.stdout() + one.stderr()).not.toMatch(/ada|app\/db|private/);
  });

  test.each([
    ['{ decisions: denied }', ['deny', 'none']],
    ['{ decisions: none }', []],
    ['{ level: error }', ['none']],
  ])('with %s tells %j', async (log, effects) => {
    const one = await serving(log);
    await ask(one, ALLOWED);
    await ask(one, ALLOWED, []);
    const { status } = await ask(one, ALLOWED, [`Authorization: Bearer ${await shop.token({ iss: DOWN })}`]);
    expect(status).toBe(503);
    expect(linesOf(one).map(({ effect }) => effect)).toEqual(effects);
  });
});

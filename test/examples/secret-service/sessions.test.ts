import { describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sessions } from '../../../examples/secret-service/sessions.js';
import type { Decision } from '../../../src/decision/decision.ts';
import {
  ask,
  AUDIENCE,
  ENVIRONMENT,
  login,
  openIssuer,
  OPERATOR,
  placeFor,
  put,
  type Running,
  serveIn,
} from './running.ts';

const DB = 'secret/projects/payments/db';
const QUARTER_OF_AN_HOUR = 900;

const statusOf = async (service: Running, path: string, token: string): Promise<number> =>
  (await ask(service, 'GET', path, { token })).status;

describe('a session of the service', () => {
  test.each([
    ['its token', 60, 60],
    ['the ttl of its rule', 3600, QUARTER_OF_AN_HOUR],
  ])('ends with %s', async (_, expiresIn, lasts) => {
    const issuer = await openIssuer();
    const now = Math.floor(Date.now() / 1000);
    const program = 'test/examples/secret-service/timed-server.js';
    const service = await serveIn(await placeFor(issuer), { program, env: { NOW: String(now) } });
    const setTime = (seconds: number): Promise<void> =>
      new Promise((resolve) => {
        service.child.once('message', () => resolve());
        service.child.send(seconds);
      });
    const token = await issuer.token({ sub: ENVIRONMENT, aud: AUDIENCE, iat: now, exp: now + expiresIn });
    const { body } = await ask(service, 'POST', 'login', { token });
    expect(body).toMatchObject({ principal: ENVIRONMENT, expiresAt: now + lasts });
    await setTime(now + lasts - 1);
    expect(await statusOf(service, DB, body.token)).toBe(404);
    await setTime(now + lasts);
    expect(await statusOf(service, DB, body.token)).toBe(401);
    await setTime(now);
    expect(await statusOf(service, DB, body.token)).toBe(401);
  });

  test('ends where the policy changes, and the next login is judged by the new one', async () => {
    const issuer = await openIssuer();
    const place = await placeFor(issuer);
    const service = await serveIn(place);
    const operator = await issuer.token({ sub: OPERATOR, aud: AUDIENCE });
    const session = await login(service, operator);
    expect(await put(service, DB, session, 'x')).toMatchObject({ status: 204 });

    const file = join(place, 'policies/secrets.yaml');
    const deny = `
  - id: freeze
    effect: deny
    when: { issuer: gitpod }
    grants: [{ actions: [write], resources: ["${DB}"] }]
`;
    await writeFile(file, (await readFile(file, 'utf8')) + deny);
    await service.heard(/policies reloaded/);
    expect(await put(service, DB, session, 'y')).toMatchObject({ status: 401 });
    expect(await put(service, DB, operator, 'y')).toMatchObject({ status: 403 });
    const again = await login(service, operator);
    expect(await put(service, DB, again, 'y')).toMatchObject({ status: 403 });
    expect(await put(service, `${DB}2`, again, 'y')).toMatchObject({ status: 204 });

    await writeFile(file, 'rules: broken');
    await service.heard(/policies not reloaded/);
    expect(await put(service, DB, again, 'y')).toMatchObject({ status: 403 });
    expect(await put(service, `${DB}2`, again, 'z')).toMatchObject({ status: 204 });
  });

  test('outlasts an issuer that is down, while logins and tokens get 503', async () => {
    const issuer = await openIssuer();
    const down = await openIssuer();
    const place = await placeFor(issuer);
    const file = join(place, 'policies/issuers.yaml');
    const other = `  down: { url: "${down.url}", audiences: ["${AUDIENCE}"] }\n`;
    await writeFile(file, (await readFile(file, 'utf8')) + other);
    await down.close();
    const service = await serveIn(place);
    const session = await login(service, await issuer.token({ sub: ENVIRONMENT, aud: AUDIENCE }));
    await issuer.close();
    expect(await statusOf(service, 'list/secret', session)).toBe(200);
    const token = await down.token({ sub: 'x', aud: AUDIENCE });
    for (const [method, path] of [
      ['POST', 'login'],
      ['GET', DB],
      ['GET', 'list/secret'],
    ] as const) {
      const { status, headers } = await ask(service, method, path, { token });
      expect([path, status, headers.get('retry-after')]).toEqual([path, 503, expect.stringMatching(/^\d+$/)]);
    }
  });

  test('ends at logout and at restart', async () => {
    const issuer = await openIssuer();
    const place = await placeFor(issuer);
    const token = await issuer.token({ sub: ENVIRONMENT, aud: AUDIENCE });
    const service = await serveIn(place);
    const [one, other] = [await login(service, token), await login(service, token)];
    expect(await ask(service, 'POST', 'logout', { token: one })).toMatchObject({ status: 204 });
    expect(await statusOf(service, 'list/secret', one)).toBe(401);
    expect(await statusOf(service, 'list/secret', other)).toBe(200);
    expect(await service.stop()).toBe(0);
    const restarted = await serveIn(place);
    expect(await statusOf(restarted, 'list/secret', other)).toBe(401);
  });
});

describe('sessions', () => {
  let now = 0;
  const clock = (): number => now;
  const decisionOf = (path: string, expiresAt = 100): Decision => ({
    effect: 'allow',
    reasons: [{ code: 'rule_matched', message: '' }],
    issuer: 'https://issuer.test',
    principal: { kind: 'user', path, segments: [] },
    grants: [],
    denied: [],
    expiresAt,
    policy: { digest: 'd' },
  });
  const start = (sessions: Sessions, decision: Decision): string => sessions.start(decision) ?? 'too many';

  test('have tokens that nobody guesses', () => {
    const sessions = new Sessions({ clock });
    const decision = decisionOf('org:a/user:a');
    const [one, other] = [start(sessions, decision), start(sessions, decision)];
    expect(one).toMatch(/^session_[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(sessions.find(one, 'd')).toBe(decision);
    expect(sessions.find(`${one.slice(0, -1)}${one.endsWith('A') ? 'B' : 'A'}`, 'd')).toBeUndefined();
  });

  test('are bounded for each principal, whose oldest one ends', () => {
    const sessions = new Sessions({ clock, limitEach: 2 });
    const other = start(sessions, decisionOf('org:a/user:b'));
    const tokens = [1, 2, 3].map(() => start(sessions, decisionOf('org:a/user:a')));
    const alive = [other, ...tokens].map((token) => sessions.find(token, 'd') !== undefined);
    expect(alive).toEqual([true, false, true, true]);
  });

  test('are bounded in all, until some have ended', () => {
    now = 0;
    const sessions = new Sessions({ clock, limit: 2 });
    const short = start(sessions, decisionOf('org:a/user:a', 10));
    const long = start(sessions, decisionOf('org:a/user:b', 20));
    expect(sessions.start(decisionOf('org:a/user:c'))).toBeUndefined();
    expect([short, long].map((token) => sessions.find(token, 'd') !== undefined)).toEqual([true, true]);
    now = 10;
    expect(sessions.start(decisionOf('org:a/user:c'))).toBeDefined();
    expect([short, long].map((token) => sessions.find(token, 'd') !== undefined)).toEqual([false, true]);
  });

  test('of a policy that is no longer in force have ended for good', () => {
    now = 0;
    const sessions = new Sessions({ clock });
    const token = start(sessions, decisionOf('org:a/user:a'));
    expect(sessions.find(token, 'another')).toBeUndefined();
    expect(sessions.find(token, 'd')).toBeUndefined();
  });
});

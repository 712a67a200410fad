import { describe, expect, test } from '@jest/globals';
import { getRequestListener } from '@hono/node-server';
import { parsePolicy } from '../../../src/decision/index.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { trust } from '../../../src/http/frameworks/fetch.ts';
import { engineAndToken } from './application.ts';
import { describeServer } from './behaviour.ts';
import { fetchService } from './fetch-service.ts';
import { listen } from './listen.ts';

describeServer('fetch', async (given) => {
  const handle = await fetchService({ createEngine, parsePolicy, trust }, given);
  return listen(getRequestListener(handle, { overrideGlobalObjects: false }));
});

describe('fetch', () => {
  const bearing = (token: string): Request =>
    new Request('https://api.example/db', { headers: { Authorization: `Bearer ${token}` } });

  test('decides alone: who was let in, or the response for who was not', async () => {
    const { engine, token } = await engineAndToken();
    const decide = trust(engine);
    expect(await decide(bearing(token))).toMatchObject({
      passes: true,
      trust: { principal: { path: 'org:acme/user:ada' }, decision: { effect: 'allow' } },
    });
    const refused = await decide(bearing('x'));
    expect(refused).toMatchObject({ passes: false, decision: { effect: 'deny' } });
    expect('response' in refused && refused.response.status).toBe(401);
  });

  test('has no decision while none is possible', async () => {
    const { engine, token } = await engineAndToken();
    await engine.close();
    const refused = await trust(engine)(bearing(token));
    expect(Object.keys(refused)).toEqual(['passes', 'response']);
  });

  test('gives a handler what the runtime gives beside the request, and its errors to the caller', async () => {
    const { engine, token } = await engineAndToken();
    const { guarded } = trust(engine);
    const handle = guarded((_request, trust, env: { secret: string }, turn: number) =>
      Response.json([trust?.principal.path, env.secret, turn]),
    );
    const response = await handle(bearing(token), { secret: 's' }, 7);
    expect(await response.json()).toEqual(['org:acme/user:ada', 's', 7]);
    const failing = guarded(() => Promise.reject(new Error('broken')));
    await expect(failing(bearing(token))).rejects.toThrow('broken');
  });
});

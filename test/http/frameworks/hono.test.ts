import { describe, expect, test } from '@jest/globals';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { trust, type TrustVariables } from '../../../src/http/frameworks/hono.ts';
import { client, engineAndToken } from './application.ts';
import { describeFramework } from './behaviour.ts';
import { listen } from './listen.ts';

const serve = (app: Pick<Hono, 'fetch'>) => listen(getRequestListener(app.fetch, { overrideGlobalObjects: false }));

describeFramework<Context>(
  'hono',
  { method: (c) => c.req.method, name: (c) => c.req.param('name') ?? '' },
  async (services, route) => {
    const app = new Hono();
    for (const [name, { engine, options }] of Object.entries(services)) {
      app.on(['GET', 'OPTIONS'], `/${name}/secrets/:name`, trust(engine, options), (c) =>
        c.text(route.run(c.var.trust)),
      );
    }
    app.get('/runs', (c) => c.text(route.runs));
    app.onError((_error, c) => c.body(null, 500, { 'x-handled': 'yes' }));
    return serve(app);
  },
);

describe('hono', () => {
  test('guards all that stands behind `app.use`, with the headers of what stands in front', async () => {
    const { engine, token } = await engineAndToken();
    const app = new Hono<{ Variables: TrustVariables }>();
    app.use(cors());
    app.use((c, next) => {
      c.header('x-front', 'yes');
      return next();
    });
    app.use(trust(engine));
    app.get('/closed', (c) => c.text(c.get('trust')?.principal.path ?? 'nobody'));
    const ask = client(await serve(app));
    const refused = await ask('/closed');
    expect(refused).toMatchObject({ status: 401 });
    expect(refused.headers.get('access-control-allow-origin')).toEqual(['*']);
    expect(refused.headers.get('x-front')).toEqual(['yes']);
    expect(refused.headers.get('content-type')).toEqual(['application/problem+json']);
    expect(await ask('/closed', token)).toMatchObject({ status: 200, body: 'org:acme/user:ada' });
    expect(await ask('/nowhere')).toMatchObject({ status: 401 });
    expect(await ask('/nowhere', token)).toMatchObject({ status: 404 });
  });

  test('knows the variable behind a guard, and the parameters of a route in front of it, typed', async () => {
    const { engine, token } = await engineAndToken();
    const app = new Hono();
    const reads = trust(engine, { action: 'read', resource: (c) => `secret/${c.req.param('name') ?? ''}` });
    app.get('/secrets/:name', reads, (c) => c.text(c.var.trust?.decision.grants[0]?.rule ?? 'none'));
    const ask = client(await serve(app));
    expect(await ask('/secrets/db', token)).toMatchObject({ status: 200, body: 'readers' });
    expect(await ask('/secrets/root', token)).toMatchObject({ status: 403 });
  });
});

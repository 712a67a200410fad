import { describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { trust, type TrustContext, type TrustState } from '../../../src/http/frameworks/koa.ts';
import { client, engineAndToken } from './application.ts';
import { describeFramework } from './behaviour.ts';
import { listen } from './listen.ts';

describeFramework<TrustContext>(
  'koa',
  { method: (ctx) => ctx.method, name: (ctx) => decodeURIComponent(ctx.path.split('/').at(-1) ?? '') },
  async (services, route) => {
    const app = new Koa<TrustState>();
    const guards = new Map(
      Object.entries(services).map(([name, { engine, options }]) => [name, trust(engine, options)]),
    );
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = 500;
        ctx.set('x-handled', 'yes');
      }
    });
    app.use(async (ctx) => {
      if (ctx.path === '/runs') ctx.body = route.runs;
      const guard = guards.get(ctx.path.split('/')[1] ?? '');
      await guard?.(ctx, async () => {
        ctx.body = route.run(ctx.state.trust);
      });
    });
    return listen(app.callback());
  },
);

describe('koa', () => {
  test('guards all that stands behind `app.use`', async () => {
    const { engine, token } = await engineAndToken();
    const app = new Koa();
    app.use(async (ctx, next) => {
      await next();
      ctx.set('x-seen', String(ctx.status));
    });
    app.use(trust(engine));
    app.use((ctx) => {
      if (ctx.path === '/closed') ctx.body = ctx.state.trust?.principal.path;
    });
    const ask = client(await listen(app.callback()));
    expect((await ask('/closed')).headers.get('x-seen')).toEqual(['401']);
    expect(await ask('/closed', token)).toMatchObject({ status: 200, body: 'org:acme/user:ada' });
    expect(await ask('/nowhere')).toMatchObject({ status: 401 });
    expect(await ask('/nowhere', token)).toMatchObject({ status: 404 });
  });
});

import { describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { trust, trustHook } from '../../../src/http/frameworks/fastify.ts';
import { client, engineAndToken } from './application.ts';
import { describeFramework } from './behaviour.ts';
import type { Running } from './listen.ts';
import { send } from './raw-request.ts';

type Named = FastifyRequest<{ Params: { name: string } }>;

describeFramework<Named>(
  'fastify',
  { method: (request) => request.method, name: (request) => request.params.name },
  async (services, route) => {
    const app = fastify();
    for (const [name, { engine, options }] of Object.entries(services)) {
      app.route({
        method: ['GET', 'OPTIONS'],
        url: `/${name}/secrets/:name`,
        onRequest: trustHook(engine, options),
        handler: (request) => route.run(request.trust),
      });
    }
    app.get('/runs', () => route.runs);
    app.setErrorHandler((_error, _request, reply) => reply.code(500).header('x-handled', 'yes').send());
    return listening(app);
  },
);

async function listening(app: FastifyInstance): Promise<Running> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

describe('fastify', () => {
  const who = (request: FastifyRequest): string => request.trust?.principal.path ?? 'nobody';
  const statuses = async (app: FastifyInstance, token: string, ...targets: string[]): Promise<unknown[]> => {
    const ask = client(await listening(app));
    const answers: unknown[] = [];
    for (const target of targets) answers.push([target, (await ask(target)).status, (await ask(target, token)).status]);
    return answers;
  };

  test('guards the routes and plugins of its instance, added before or after', async () => {
    const { engine, token } = await engineAndToken();
    const app = fastify();
    app.get('/before', who);
    void app.register((inner, _options, done) => {
      inner.get('/plugin-before', who);
      done();
    });
    void app.register(trust(engine));
    app.get('/after', who);
    void app.register((inner, _options, done) => {
      inner.get('/plugin-after', who);
      done();
    });
    expect(await statuses(app, token, '/before', '/after', '/plugin-after', '/plugin-before', '/nowhere')).toEqual([
      ['/before', 401, 200],
      ['/after', 401, 200],
      ['/plugin-after', 401, 200],
      ['/plugin-before', 401, 200],
      ['/nowhere', 401, 404],
    ]);
  });

  test('leaves alone what is outside the instance it is registered on', async () => {
    const { engine, token } = await engineAndToken();
    const app = fastify();
    app.get('/outside', who);
    void app.register((inner, _options, done) => {
      void inner.register(trust(engine));
      inner.get('/inside', who);
      done();
    });
    void app.register((sibling, _options, done) => {
      sibling.get('/beside', who);
      done();
    });
    expect(await statuses(app, token, '/outside', '/inside', '/beside', '/nowhere')).toEqual([
      ['/outside', 200, 200],
      ['/inside', 401, 200],
      ['/beside', 200, 200],
      ['/nowhere', 404, 404],
    ]);
  });

  test('may stand twice in front of a route: both must allow, the inner decision is kept', async () => {
    const { engine, token } = await engineAndToken();
    const app = fastify();
    await app.register(trust(engine));
    await app.register(trust(engine, { realm: 'again' }));
    const reads = trustHook<Named>(engine, { action: 'read', resource: ({ params }) => `secret/${params.name}` });
    app.get('/secrets/:name', { preHandler: reads }, ({ trust }) => trust?.decision.grants.length);
    const ask = client(await listening(app));
    expect(await ask('/secrets/db')).toMatchObject({ status: 401 });
    expect(await ask('/secrets/db', token)).toMatchObject({ status: 200, body: '1' });
    expect(await ask('/secrets/root', token)).toMatchObject({ status: 403 });
  });

  test('answers before the body is read', async () => {
    const { engine } = await engineAndToken();
    const app = fastify();
    await app.register(trust(engine));
    app.post('/x', who);
    const server = await listening(app);
    client(server);
    const headers = [
      ['Content-Type', 'application/json'],
      ['Content-Length', '2'],
    ] as const;
    expect(await send(server.port, { method: 'POST', target: '/x', headers })).toMatchObject({ status: 401 });
  });
});

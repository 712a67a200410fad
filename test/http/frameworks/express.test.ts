import { describe, expect, test } from '@jest/globals';
import express, { type ErrorRequestHandler, type Request } from 'express';
import { trust } from '../../../src/http/frameworks/express.ts';
import { client, engineAndToken } from './application.ts';
import { describeFramework } from './behaviour.ts';
import { listen } from './listen.ts';

const failed: ErrorRequestHandler = (_error, _req, res, _next) => {
  res.status(500).set('x-handled', 'yes').end();
};

describeFramework<Request<Record<string, string>>>(
  'express',
  { method: (req) => req.method, name: (req) => req.params['name'] ?? '' },
  async (services, route) => {
    const app = express();
    for (const [name, { engine, options }] of Object.entries(services)) {
      app.all(`/${name}/secrets/:name`, trust(engine, options), (req, res) => {
        res.send(route.run(req.trust));
      });
    }
    app.get('/runs', (_req, res) => {
      res.send(route.runs);
    });
    app.use(failed);
    return listen(app);
  },
);

describe('express', () => {
  test('guards all that stands behind `app.use`, also paths that nobody serves', async () => {
    const { engine, token } = await engineAndToken();
    const app = express();
    app.get('/open', (req, res) => res.json({ trust: req.trust }));
    app.use(trust(engine));
    app.get('/closed', (req, res) => res.send(req.trust?.principal.path));
    const ask = client(await listen(app));
    expect(await ask('/open')).toMatchObject({ status: 200, body: '{}' });
    expect(await ask('/closed')).toMatchObject({ status: 401 });
    expect(await ask('/closed', token)).toMatchObject({ status: 200, body: 'org:acme/user:ada' });
    expect(await ask('/nowhere')).toMatchObject({ status: 401 });
    expect(await ask('/nowhere', token)).toMatchObject({ status: 404 });
  });

  test('sees the query of a router that is mounted below a path', async () => {
    const { engine, token } = await engineAndToken();
    const router = express.Router();
    router.use((req, _res, next) => {
      req.url = '/';
      next();
    });
    router.get('/', trust(engine), (_req, res) => res.send('ran'));
    const ask = client(await listen(express().use('/api', router)));
    expect(await ask('/api/x', token)).toMatchObject({ status: 200, body: 'ran' });
    expect(await ask('/api/x?access_token=x', token)).toMatchObject({ status: 400 });
  });

  test('gives the parameters of its route to the functions, typed', async () => {
    const { engine, token } = await engineAndToken();
    const app = express();
    const guard = trust<{ name: string }>(engine, { action: 'read', resource: (req) => `secret/${req.params.name}` });
    app.get('/secrets/:name', guard, (req, res) => res.send(req.params.name));
    const ask = client(await listen(app));
    expect(await ask('/secrets/db', token)).toMatchObject({ status: 200, body: 'db' });
    expect(await ask('/secrets/root', token)).toMatchObject({ status: 403 });
  });

  test('hands an error over where the answer has already begun', async () => {
    const { engine } = await engineAndToken();
    const errors: unknown[] = [];
    const app = express();
    app.use((_req, res, next) => {
      res.write('begun');
      next();
    });
    app.use(trust(engine));
    app.use(((error, _req, res, _next) => {
      errors.push(error);
      res.end();
    }) as ErrorRequestHandler);
    const ask = client(await listen(app));
    expect(await ask('/')).toMatchObject({ status: 200, body: 'begun' });
    expect(errors).toMatchObject([{ code: 'ERR_HTTP_HEADERS_SENT' }]);
  });

  test.each([
    ['an engine that is none', () => trust({} as never), 'engine must be what createEngine gives'],
    ['an unknown option', () => trust(engineLike, { actions: 'read' } as never), /trust has no option "actions"/],
    ['a realm that no header can hold', () => trust(engineLike, { realm: 'a"b' }), /realm must be printable ASCII/],
    ['an action that is a list', () => trust(engineLike, { action: ['read'] as never }), /action must be a string/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

const engineLike = { authorize: () => undefined, refuse: () => undefined } as never;

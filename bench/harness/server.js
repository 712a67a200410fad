// @ts-check
// One of the servers that are compared: `node server.js NAME FOLDER`. Prints its port, and ends with its input.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { AUDIENCE, ISSUER } from './signed-tokens.js';

const [, , name = '', folder = ''] = process.argv;
const jwks = JSON.parse(readFileSync(join(folder, 'jwks.json'), 'utf8'));
const [jwk] = jwks.keys;
const asked = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'] };
const answer = { ok: true };
const require = createRequire(join(import.meta.dirname, '../package.json'));

/** @param {string} peer @returns {Promise<any>} */
const load = async (peer) => import(pathToFileURL(require.resolve(peer)).href);

/** @param {(app: any) => unknown} guard */
async function fastify(guard) {
  const { fastify: create } = await load('fastify');
  const app = create();
  await guard(app);
  app.get('/', async () => answer);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

/** @param {(app: any) => unknown} guard */
async function express(guard) {
  const { default: create } = await load('express');
  const app = create();
  await guard(app);
  app.get('/', (/** @type {any} */ _, /** @type {any} */ response) => response.json(answer));
  return listening(createServer(app));
}

/** @param {import('node:http').Server} server @returns {Promise<number>} */
function listening(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
  });
}

/** @param {object} options */
async function engine(options) {
  const { createEngine } = await import('../../dist/engine/index.js');
  return createEngine({ policies: join(folder, 'policies'), keys: { [ISSUER]: jwks }, ...options });
}

/** @param {object} options */
const countersign = async (options) => {
  const { trust } = await import('../../dist/http/frameworks/fastify.js');
  const made = await engine(options);
  return fastify((app) => app.register(trust(made, { action: 'read', resource: 'secret/payments/db' })));
};

/** @param {object} options */
const fastifyJwt = async (options) => {
  const { default: plugin } = await load('@fastify/jwt');
  const secret = { public: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) };
  return fastify(async (app) => {
    const verify = { algorithms: ['RS256'], allowedIss: ISSUER, allowedAud: AUDIENCE, ...options };
    await app.register(plugin, { secret, verify });
    app.addHook('onRequest', (/** @type {any} */ request) => request.jwtVerify());
  });
};

/** A key server of its own, as jwks-rsa knows no other way. */
async function jwksUri() {
  const port = await listening(createServer((_, response) => response.end(JSON.stringify(jwks))));
  return `http://127.0.0.1:${port}/`;
}

/** @type {Record<string, () => Promise<number>>} */
const servers = {
  'fastify alone': () => fastify(() => {}),
  'fastify, a hook that does nothing': () => fastify((app) => app.addHook('onRequest', async () => undefined)),
  'fastify, countersign': () => countersign({}),
  'fastify, countersign, no cache': () => countersign({ cache: false }),
  'fastify, countersign, inline, no cache': () => countersign({ cache: false, verification: 'inline' }),
  'fastify, countersign, pool, no cache': () => countersign({ cache: false, verification: 'pool' }),
  'fastify, jose': () => {
    const keys = createLocalJWKSet(jwks);
    return fastify((app) =>
      app.addHook('onRequest', async (/** @type {any} */ request) => {
        await jwtVerify(request.headers.authorization.slice('Bearer '.length), keys, asked);
      }),
    );
  },
  '@fastify/jwt': () => fastifyJwt({}),
  '@fastify/jwt, its cache': () => fastifyJwt({ cache: 10_000 }),
  'express alone': () => express(() => {}),
  'express, countersign, no cache': async () => {
    const { trust } = await import('../../dist/http/frameworks/express.js');
    const made = await engine({ cache: false });
    return express((app) => app.use(trust(made, { action: 'read', resource: 'secret/payments/db' })));
  },
  'express-jwt and jwks-rsa': async () => {
    const [{ expressjwt }, { default: jwksRsa }] = [await load('express-jwt'), await load('jwks-rsa')];
    const secret = jwksRsa.expressJwtSecret({ cache: true, jwksUri: await jwksUri() });
    return express((app) => app.use(expressjwt({ secret, ...asked })));
  },
};

const start = servers[name];
if (start === undefined) throw new TypeError(`there is no server called ${name}`);
console.log(await start());
process.stdin.resume().on('end', () => process.exit());

// @ts-check
/** The HTTP interface: login and logout, and secrets by path. */
import { permits } from 'countersign';
import fastify from 'fastify';
import { accessHooks, loginHook, sessionTokenOf } from './access.js';
import { refuse } from './problems.js';
import { isPath } from './vault.js';

/**
 * @typedef {import('./access.js').Request} Request
 * @typedef {import('./access.js').Reply} Reply
 * @typedef {import('./access.js').Parts & { vault: import('./vault.js').Vault, onError: (error: Error) => void }} Parts
 */

const LONGEST_BODY = 64 * 1024;

const secretBody = {
  type: 'object',
  properties: { value: { type: 'string' } },
  required: ['value'],
  additionalProperties: false,
};

/** @param {Parts} parts */
export function createService(parts) {
  const app = fastify({
    bodyLimit: LONGEST_BODY,
    exposeHeadRoutes: false,
    // What was not meant is refused, not mended.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    // Each path has one spelling, and nothing here takes a query.
    return /[%?]/.test(request.url) ? refuse(reply, 400) : undefined;
  });
  app.setReplySerializer((payload) => `${JSON.stringify(payload)}\n`);
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404));
  app.setErrorHandler((/** @type {import('fastify').FastifyError} */ error, _request, reply) => {
    const { statusCode: status = 500 } = error;
    if (status < 500) return refuse(reply, status);
    parts.onError(error);
    return refuse(reply, 500);
  });
  addLogin(app, parts);
  addSecrets(app, parts);
  return app;
}

/** @param {import('fastify').FastifyInstance} app @param {Parts} parts */
function addLogin(app, { sessions, ...parts }) {
  app.post('/v1/login', { onRequest: loginHook({ sessions, ...parts }) }, async (request, reply) => {
    if (request.trust === undefined) return refuse(reply, 401);
    const { decision, principal } = request.trust;
    const token = sessions.start(decision);
    if (token === undefined) return refuse(reply.header('retry-after', '60'), 503);
    return { token, expiresAt: decision.expiresAt, principal: principal.path };
  });

  app.post('/v1/logout', async (request, reply) => {
    const token = sessionTokenOf(request);
    if (token !== undefined) sessions.end(token);
    return reply.code(204).send();
  });
}

/** @param {import('fastify').FastifyInstance} app @param {Parts} parts */
function addSecrets(app, parts) {
  const { vault, clock } = parts;
  const secret = (/** @type {Request} */ request) => `secret/${request.params['*']}`;
  const folder = (/** @type {Request} */ request) => request.params['*'];
  const may = (/** @type {string} */ action) => ({
    onRequest: accessHooks(parts, { action, resource: secret, isResource: isPath, audited: action }),
  });
  // Anyone who is let in may ask for any folder, and sees of it what a grant lets them see.
  const isFolder = (/** @type {string} */ path) => path === 'secret' || isPath(path);
  const mayAsk = { onRequest: accessHooks(parts, { resource: folder, isResource: isFolder, audited: 'list' }) };

  app.get('/v1/secret/*', may('read'), async (/** @type {Request} */ request, reply) => {
    const value = await vault.read(secret(request));
    return value === undefined ? refuse(reply, 404) : { path: secret(request), value };
  });

  app.put('/v1/secret/*', { ...may('write'), schema: { body: secretBody } }, async (request, reply) => {
    const { value } = /** @type {{ value: string }} */ (request.body);
    await vault.write(secret(/** @type {Request} */ (request)), value);
    return reply.code(204).send();
  });

  app.delete('/v1/secret/*', may('delete'), async (/** @type {Request} */ request, reply) => {
    return (await vault.delete(secret(request))) ? reply.code(204).send() : refuse(reply, 404);
  });

  app.get('/v1/list/*', mayAsk, async (/** @type {Request} */ request, reply) => {
    const decision = request.trust?.decision;
    if (decision === undefined) return refuse(reply, 401);
    const sees = (/** @type {string} */ resource) =>
      ['read', 'list'].some((action) => permits(decision, { action, resource }, clock()));
    return { paths: vault.list(folder(request)).filter(sees) };
  });
}

/** `countersign/fastify`: trust in front of Fastify routes. */
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../../engine/engine.ts';
import { createGuard, type Trust, type TrustOptions } from '../guard.ts';
import { nodeCredentials } from './node-credentials.ts';

export type { Trust, TrustOptions } from '../guard.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who was let in, and by what. Absent where `trust` does not stand in front, skipped, or let pass anonymously. */
    trust?: Trust;
  }
}

/** A hook of one route or of a whole instance, for `onRequest`, `preValidation` or `preHandler`. */
export type TrustHook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * A plugin that lets requests pass that bear a token which the engine allows, and puts who they are in `request.trust`. All
 * others are answered (RFC 6750, section 3) before their body is read, and reach no handler.
 *
 * ```ts
 * await app.register(trust(engine));
 * ```
 *
 * It guards the instance it is registered on, whatever the order: its routes, its answers to paths that nobody serves, and
 * the plugins within it. What is outside it leaves alone.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trust(engine: Engine, options: TrustOptions<FastifyRequest> = {}): FastifyPluginCallback {
  const hook = trustHook(engine, options);
  const plugin: FastifyPluginCallback = (instance, _options, done) => {
    if (!instance.hasRequestDecorator('trust')) instance.decorateRequest('trust');
    instance.addHook('onRequest', hook);
    done();
  };
  // Fastify's own marks: not a context of its own, and a name for its messages.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'countersign',
  });
}

/**
 * The same as a hook, for single routes:
 *
 * ```ts
 * const reads = trustHook(engine, { action: 'read', resource: (request) => `secret/${request.params.name}` });
 * app.get('/secrets/:name', { onRequest: reads }, show);
 * ```
 *
 * What a function in `options` throws goes to the error handler of the route.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trustHook<Request extends FastifyRequest = FastifyRequest>(
  engine: Engine,
  options: TrustOptions<Request> = {},
): TrustHook {
  const decide = createGuard(engine, options);
  return async (request, reply) => {
    const outcome = await decide(nodeCredentials(request.raw, request.originalUrl), request as Request);
    if (outcome.passes) {
      if (outcome.trust !== undefined) request.trust = outcome.trust;
      return undefined;
    }
    const { status, headers, body } = outcome.answer;
    // To the type of a text Fastify would add a charset, which JSON has not (RFC 8259, section 11).
    return reply.code(status).headers(headers).send(Buffer.from(body));
  };
}

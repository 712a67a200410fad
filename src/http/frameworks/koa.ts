/** `countersign/koa`: trust in front of Koa middleware. */
import type { Middleware, ParameterizedContext } from 'koa';
import type { Engine } from '../../engine/engine.ts';
import { createGuard, type Trust, type TrustOptions } from '../guard.ts';
import { nodeCredentials } from './node-credentials.ts';

export type { Trust, TrustOptions } from '../guard.ts';

/** What `ctx.state` has behind `trust`: `new Koa<TrustState>()`. */
export interface TrustState {
  /** Who was let in, and by what. Absent where `trust` skipped, or let pass anonymously. */
  trust?: Trust;
}

/** The context as `options` see it; routers add their own members, such as `params`. */
export type TrustContext = ParameterizedContext<TrustState>;

/**
 * Lets requests pass that bear a token which the engine allows, and puts who they are in `ctx.state.trust`. All others are
 * answered (RFC 6750, section 3) and go no further. For a whole application, or a route of any router:
 *
 * ```ts
 * app.use(trust(engine));
 * router.get('/secrets/:name', trust(engine, { action: 'read', resource: (ctx) => `secret/${ctx.params.name}` }), show);
 * ```
 *
 * What a function in `options` throws is thrown on, as an `Error`.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trust(engine: Engine, options: TrustOptions<TrustContext> = {}): Middleware<TrustState> {
  const decide = createGuard(engine, options);
  return async (ctx, next) => {
    const outcome = await decide(nodeCredentials(ctx.req, ctx.originalUrl), ctx);
    if (outcome.passes) {
      if (outcome.trust !== undefined) ctx.state.trust = outcome.trust;
      return next() as Promise<unknown>;
    }
    const { status, headers, body } = outcome.answer;
    ctx.status = status;
    ctx.set(headers);
    ctx.body = body;
    return undefined;
  };
}

/** `countersign/hono`: trust in front of Hono routes, wherever Hono runs. */
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Engine } from '../../engine/engine.ts';
import { createGuard, type Trust, type TrustOptions } from '../guard.ts';
import { requestCredentials } from './request-credentials.ts';

export type { Trust, TrustOptions } from '../guard.ts';

/** What a context has behind `trust`: `new Hono<{ Variables: TrustVariables }>()`. */
export interface TrustVariables {
  /** Who was let in, and by what. Absent where `trust` skipped, or let pass anonymously. */
  trust?: Trust;
}

/**
 * Lets requests pass that bear a token which the engine allows, and puts who they are in `c.var.trust`. All others are
 * answered (RFC 6750, section 3) and reach no route. For a whole application, a path or a route:
 *
 * ```ts
 * app.use(trust(engine));
 * app.get('/secrets/:name', trust(engine, { action: 'read', resource: (c) => `secret/${c.req.param('name')}` }), show);
 * ```
 *
 * What a function in `options` throws goes to `app.onError`, as an `Error`.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trust(
  engine: Engine,
  options: TrustOptions<Context> = {},
): MiddlewareHandler<{ Variables: TrustVariables }> {
  const decide = createGuard(engine, options);
  return async (c, next) => {
    const outcome = await decide(requestCredentials(c.req.raw), c);
    if (!outcome.passes) {
      const { status, headers, body } = outcome.answer;
      return c.body(body, status as ContentfulStatusCode, headers);
    }
    if (outcome.trust !== undefined) c.set('trust', outcome.trust);
    return next();
  };
}

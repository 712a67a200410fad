/** `countersign/express`: trust in front of Express routes. */
import type { Request, RequestHandler } from 'express';
import type { Engine } from '../../engine/engine.ts';
import { createGuard, type Trust, type TrustOptions } from '../guard.ts';
import { nodeCredentials } from './node-credentials.ts';

export type { Trust, TrustOptions } from '../guard.ts';

declare global {
  // Where Express has its users declare what a request carries.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      /** Who was let in, and by what. Absent where `trust` does not stand in front, skipped, or let pass anonymously. */
      trust?: Trust;
    }
  }
}

/**
 * Lets requests pass that bear a token which the engine allows, and puts who they are in `req.trust`. All others are
 * answered (RFC 6750, section 3) and reach no route. For a whole application, a router or a route:
 *
 * ```ts
 * app.use(trust(engine));
 * app.get('/secrets/:name', trust(engine, { action: 'read', resource: (req) => `secret/${req.params.name}` }), show);
 * ```
 *
 * What a function in `options` throws goes to `next`, as an `Error`.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trust<Params = Request['params']>(
  engine: Engine,
  options: TrustOptions<Request<Params>> = {},
): RequestHandler<Params> {
  const decide = createGuard(engine, options);
  return (req, res, next) => {
    decide(nodeCredentials(req, req.originalUrl), req)
      .then((outcome) => {
        if (outcome.passes) {
          if (outcome.trust !== undefined) req.trust = outcome.trust;
          next();
          return;
        }
        const { status, headers, body } = outcome.answer;
        res.statusCode = status;
        for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
        res.end(body);
      })
      .catch(next);
  };
}

/** `countersign/fetch`: trust in front of anything that answers a `Request` with a `Response`; runs where they do. */
import type { Decision } from '../../decision/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import { createGuard, type Trust, type TrustOptions } from '../guard.ts';
import { requestCredentials } from './request-credentials.ts';

export type { Trust, TrustOptions } from '../guard.ts';

/** Whether a request may go on. `trust` is absent where it was skipped, or came without optional credentials. */
export type FetchOutcome =
  | { readonly passes: true; readonly trust?: Trust }
  /** `response` is for the caller; there is no `decision` while none is possible. */
  | { readonly passes: false; readonly response: Response; readonly decision?: Decision };

/** Answers a request that was let in; `rest` is what the runtime gives beside it, such as `env` and `ctx`. */
export type TrustedHandler<Rest extends readonly unknown[]> = (
  request: Request,
  trust: Trust | undefined,
  ...rest: Rest
) => Response | Promise<Response>;

/** Decides on requests, alone or around a handler. Rejects with what a function in `options` threw, as an `Error`. */
export interface FetchGuard {
  (request: Request): Promise<FetchOutcome>;
  /** Makes a handler that is reached by what passes; all else is answered (RFC 6750, section 3). */
  guarded<Rest extends readonly unknown[]>(
    handler: TrustedHandler<Rest>,
  ): (request: Request, ...rest: Rest) => Promise<Response>;
}

/**
 * Decides on standard requests by the token they bear.
 *
 * ```ts
 * const reads = trust(engine, { action: 'read', resource: ({ url }) => `secret${new URL(url).pathname}` });
 * export default { fetch: reads.guarded((request, trust) => Response.json(trust?.principal)) };
 * ```
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type
 */
export function trust(engine: Engine, options: TrustOptions<Request> = {}): FetchGuard {
  const guard = createGuard(engine, options);
  const decide = async (request: Request): Promise<FetchOutcome> => {
    const outcome = await guard(requestCredentials(request), request);
    if (outcome.passes) return outcome;
    const { answer, decision } = outcome;
    const { status, headers, body } = answer;
    const response = new Response(request.method === 'HEAD' ? null : body, { status, headers });
    return { passes: false, response, ...(decision === undefined ? {} : { decision }) };
  };
  const guarded: FetchGuard['guarded'] =
    (handler) =>
    async (request, ...rest) => {
      const outcome = await decide(request);
      return outcome.passes ? handler(request, outcome.trust, ...rest) : outcome.response;
    };
  return Object.assign(decide, { guarded });
}

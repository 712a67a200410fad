import type { IncomingMessage, ServerResponse } from 'node:http';
import { optionalPackage } from '../../packages/optional-package.ts';
import type { Logger } from '../../engine/options.ts';
import type { Route } from '../route.ts';

/** Answers a request as Node gives it. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Makes routes answer what Node's server hears: paths exactly, other methods 405, other paths 404, longer bodies 413.
 * A route that throws is a 500 whose reason only the log has.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `hono` or `@hono/node-server`
 */
export async function routesListener(
  routes: readonly Route[],
  { bodyBytes, isUnix, logger }: { readonly bodyBytes: number; readonly isUnix: boolean; readonly logger: Logger },
): Promise<Listener> {
  const why = ['`countersign serve` needs', 'hono @hono/node-server'] as const;
  const { Hono } = await optionalPackage('hono', () => import('hono'), ...why);
  const { bodyLimit } = await optionalPackage('hono', () => import('hono/body-limit'), ...why);
  const { getRequestListener } = await optionalPackage('@hono/node-server', () => import('@hono/node-server'), ...why);
  const app = new Hono<{ Bindings: { readonly incoming: IncomingMessage } }>();
  app.use(bodyLimit({ maxSize: bodyBytes, onError: () => problem(413, 'Content Too Large') }));
  for (const { method, path, handle } of routes) {
    app.on(method, path, ({ req, env }) => handle(req.raw, isUnix ? 'unix' : env.incoming.socket.remoteAddress));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(path, () => problem(405, 'Method Not Allowed', { Allow: methods.join(', ') }));
  }
  app.notFound(() => problem(404, 'Not Found'));
  app.onError((error) => {
    logger.error({ error: error.message }, 'a request could not be answered');
    return problem(500, 'Internal Server Error');
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (incoming, outgoing) => void listener(incoming, outgoing);
}

/** Problem details (RFC 9457) that say no more than the status does. */
function problem(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify({ title, status })}\n`, {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
  });
}

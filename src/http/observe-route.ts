import type { Decision } from '../decision/decision.ts';
import { type Observe, type ObservedRequest, tell } from './observe.ts';

/** One thing that a request came to; a request with several questions comes to several. */
export interface Seen {
  readonly decision?: Decision;
  readonly refused?: string;
  readonly error?: Error;
  readonly request?: ObservedRequest;
}

/** Where a request of a route came in. */
export interface Arrival {
  readonly entrance: string;
  readonly request: Request;
  readonly peer: string | undefined;
}

/**
 * Answers a request, and tells all that it came to before the answer goes out, with the status of that answer. A request
 * of which nothing was seen was refused as `request_malformed`.
 */
export async function observed(
  observe: Observe,
  { entrance, request, peer }: Arrival,
  respond: (see: (seen: Seen) => void) => Promise<Response>,
): Promise<Response> {
  const start = performance.now();
  const all: Seen[] = [];
  const response = await respond((seen) => all.push(seen));
  const { status } = response;
  const duration = performance.now() - start;
  const from = arrivalOf(request, peer);
  for (const { request: asked, ...seen } of all.length === 0 ? [{ refused: 'request_malformed' } as Seen] : all) {
    const id = seen.decision?.id ?? globalThis.crypto.randomUUID();
    tell(observe, { entrance, id, status, duration, ...seen, request: { ...from, ...asked } });
  }
  return response;
}

function arrivalOf({ method, url, headers }: Request, peer: string | undefined): ObservedRequest {
  const traceparent = headers.get('traceparent');
  return {
    method,
    path: new URL(url).pathname,
    ...(peer === undefined ? {} : { peer }),
    ...(traceparent === null ? {} : { traceparent }),
  };
}

import { answerUnavailable } from '../answer.ts';
import { type ObservedRequest, tell } from '../observe.ts';
import { identityOf } from '../sidecar/forward-auth/identity.ts';
import { type Concluded, type ForwardAuthOptions, judge, refusePeer } from '../sidecar/forward-auth/judge.ts';
import type { CheckedRequest, CheckResponse } from './messages.ts';

/**
 * Decides on one request as forward auth does, by the same routes and for the same `peers`; `peer` is who asks. Total:
 * whatever goes wrong, the request is denied.
 *
 * One that passes carries every identity header, empty where there is nothing to say. They replace what the client sent,
 * and spellings with `_` for `-` are removed.
 */
export async function check(
  options: ForwardAuthOptions,
  request: CheckedRequest,
  peer: string,
): Promise<CheckResponse> {
  const start = performance.now();
  try {
    const { answer, ...seen } = await conclude(options, request, peer);
    const { status, headers, body } = answer;
    tell(options.observe, { entrance: 'envoy', status, duration: performance.now() - start, ...seen });
    if (status !== 200) return { allows: false, status, headers, body };
    const names = Object.values(options.headers);
    return { allows: true, headers: identityOf(seen.decision, options.headers), removes: aliasesIn(request, names) };
  } catch (error) {
    options.logger.error({ error: String(error) }, 'a check failed');
    return { allows: false, ...answerUnavailable() };
  }
}

async function conclude(options: ForwardAuthOptions, request: CheckedRequest, peer: string): Promise<Concluded> {
  const { method, path: uri, host, headers } = request;
  const [traceparent] = headers.get('traceparent') ?? [];
  const from: ObservedRequest = { peer, ...(traceparent === undefined ? {} : { traceparent }) };
  if (!options.peers.includes(peer)) return refusePeer(options, from);
  return judge(options, { method, uri, host }, headers.get('authorization') ?? [], from);
}

/** Headers of the client that a service might take for ours: many read `_` as `-`. */
function aliasesIn({ headers }: CheckedRequest, names: readonly string[]): readonly string[] {
  const ours = new Set(names.map((name) => name.toLowerCase()));
  return [...headers.keys()].filter((name) => name.includes('_') && ours.has(name.replaceAll('_', '-')));
}

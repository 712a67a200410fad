import type { Answer } from '../../answer.ts';
import { type ObservedRequest, tell } from '../../observe.ts';
import { type Concluded, type ForwardAuthOptions, judge, refuse, refusePeer } from './judge.ts';
import { type ProfileName, profileOf, readOriginalRequest, valuesOf, type WireRequest } from './original-request.ts';

/** Answers what a proxy asks; `undefined` where the request is none of a proxy. */
export type ForwardAuth = (request: WireRequest) => Promise<Answer> | undefined;

/**
 * Makes what proxies ask before they pass a request on: `/authorize/nginx` for `auth_request`, `/authorize/caddy` for
 * `forward_auth`, `/authorize/traefik` for ForwardAuth, `/authorize/envoy` (a prefix of the original path) for ext_authz over
 * HTTP. A request passes with 200 alone, which carries every identity header. Never rejects.
 */
export function createForwardAuth(options: ForwardAuthOptions): ForwardAuth {
  const reserved = new Set(Object.values(options.headers).map((name) => name.toLowerCase()));
  return (request) => {
    const asker = profileOf(request.target);
    if (asker === undefined) return undefined;
    return answerProxy(options, reserved, request, asker);
  };
}

async function answerProxy(
  options: ForwardAuthOptions,
  reserved: ReadonlySet<string>,
  wire: WireRequest,
  asker: { readonly name: ProfileName; readonly rest: string },
): Promise<Answer> {
  const start = performance.now();
  const [traceparent, second] = valuesOf(wire.headers, 'traceparent');
  const from = { peer: wire.peer, ...(traceparent === undefined || second !== undefined ? {} : { traceparent }) };
  const concluded = await conclude(options, reserved, wire, asker, from);
  const { answer, ...seen } = concluded;
  const status = statusFor(asker.name, concluded);
  const duration = performance.now() - start;
  tell(options.observe, { entrance: `forward-auth/${asker.name}`, status, duration, ...seen });
  return { ...answer, status };
}

async function conclude(
  options: ForwardAuthOptions,
  reserved: ReadonlySet<string>,
  wire: WireRequest,
  asker: { readonly name: ProfileName; readonly rest: string },
  from: ObservedRequest,
): Promise<Concluded> {
  if (!options.peers.includes(wire.peer)) return refusePeer(options, from);
  const original = readOriginalRequest(wire, asker, reserved);
  if ('malformed' in original) return refuse(options, 'forwarded_headers_malformed', original.malformed, from);
  return judge(options, original, valuesOf(wire.headers, 'authorization'), from);
}

/** nginx passes on 401 and 403 and makes 500 of every other denial, so that clients would never learn of a malformed token. */
function statusFor(name: ProfileName, { answer: { status } }: Concluded): number {
  return name === 'nginx' && status === 400 ? 401 : status;
}

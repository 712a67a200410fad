import type { Decision } from '../../../decision/decision.ts';
import { CountersignError } from '../../../decision/reason.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Logger } from '../../../engine/options.ts';
import { type Answer, type AnswerOptions, answerDenied, answerUnavailable } from '../../answer.ts';
import { readCredentials } from '../../credentials.ts';
import type { Mapping } from '../../mapping/compile.ts';
import { type Asked, mapRequest } from '../../mapping/map-request.ts';
import { describePathFault } from '../../mapping/path.ts';
import { type Observe, type ObservedRequest, tell } from '../../observe.ts';
import type { Peers } from '../peers.ts';
import { type IdentityHeaders, identityOf } from './identity.ts';
import {
  type OriginalRequest,
  type ProfileName,
  profileOf,
  readOriginalRequest,
  valuesOf,
  type WireRequest,
} from './original-request.ts';
import { answerRefused, type Refusal } from './refusal.ts';

export interface ForwardAuthOptions {
  readonly engine: Engine;
  readonly mapping: Mapping;
  /** What happens where no route matches: a deny, or a question for plain access. */
  readonly unmapped: 'deny' | 'access';
  /** The proxies whose word is believed. */
  readonly peers: Peers;
  readonly headers: IdentityHeaders;
  readonly answer: AnswerOptions;
  readonly observe: Observe;
  readonly logger: Logger;
}

/** Answers what a proxy asks; `undefined` where the request is none of a proxy. */
export type ForwardAuth = (request: WireRequest) => Promise<Answer> | undefined;

/** What one request came to. */
interface Concluded {
  readonly answer: Answer;
  readonly id: string;
  readonly decision?: Decision;
  readonly refused?: string;
  readonly error?: Error;
  readonly request: ObservedRequest;
}

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
  const [traceparent] = valuesOf(wire.headers, 'traceparent');
  const from = { peer: wire.peer, ...(traceparent === undefined ? {} : { traceparent }) };
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
  const refuse = (code: Refusal, why: string, request: ObservedRequest): Concluded => {
    const id = globalThis.crypto.randomUUID();
    options.logger.warn({ id, refused: code, ...request }, `a request was refused: ${why}`);
    return { answer: answerRefused(code, id, options.answer), id, refused: code, request };
  };
  if (!options.peers.includes(wire.peer)) {
    return refuse('peer_not_trusted', `${wire.peer} is not one of the \`peers\``, from);
  }
  const original = readOriginalRequest(wire, asker, reserved);
  if ('malformed' in original) return refuse('forwarded_headers_malformed', original.malformed, from);
  const seen = { ...from, ...described(original) };
  const mapped = mapRequest(options.mapping, original);
  switch (mapped.kind) {
    case 'refused':
      return refuse('path_not_canonical', `its path is not canonical: ${describePathFault(mapped.fault)}`, seen);
    case 'method-unmapped':
      return refuse('method_unmapped', 'its method is not one of its route', { ...seen, route: mapped.route });
    case 'unmapped':
      if (options.unmapped === 'access') return authorize(options, wire, original, {}, seen);
      return refuse('path_unmapped', 'no route matches its path', seen);
    case 'passes': {
      const id = globalThis.crypto.randomUUID();
      return { answer: answerAllowed(undefined, options.headers), id, request: { ...seen, route: mapped.route } };
    }
    case 'asks':
      return authorize(options, wire, original, mapped.asked, { ...seen, route: mapped.route, ...mapped.asked });
  }
}

async function authorize(
  { engine, headers, answer, logger }: ForwardAuthOptions,
  wire: WireRequest,
  { uri }: OriginalRequest,
  asked: Partial<Asked>,
  request: ObservedRequest,
): Promise<Concluded> {
  try {
    const credentials = readCredentials({ authorization: valuesOf(wire.headers, 'authorization'), url: uri });
    const decision =
      'refused' in credentials ? engine.refuse(credentials.refused) : await engine.authorize(credentials.token, asked);
    const answered = decision.effect === 'allow' ? answerAllowed(decision, headers) : answerDenied(decision, answer);
    return { answer: answered, id: decision.id ?? '', decision, request };
  } catch (error) {
    const problem = error instanceof Error ? error : new Error(String(error));
    const id = globalThis.crypto.randomUUID();
    if (!(error instanceof CountersignError)) logger.error({ id, error: problem.message }, 'a decision failed');
    return { answer: answerUnavailable(), id, error: problem, request };
  }
}

function described({ method, uri, host }: OriginalRequest): ObservedRequest {
  const [path = ''] = uri.split(/[?#]/, 1);
  return { method, path, ...(host === undefined ? {} : { host }) };
}

function answerAllowed(decision: Decision | undefined, names: IdentityHeaders): Answer {
  return { status: 200, headers: { 'Cache-Control': 'no-store', ...identityOf(decision, names) }, body: '' };
}

/** nginx passes on 401 and 403 and makes 500 of every other denial, so that clients would never learn of a malformed token. */
function statusFor(name: ProfileName, { answer: { status } }: Concluded): number {
  return name === 'nginx' && status === 400 ? 401 : status;
}

import type { Decision } from '../../../decision/decision.ts';
import { CountersignError } from '../../../decision/reason.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Logger } from '../../../engine/options.ts';
import { type Answer, type AnswerOptions, answerDenied, answerUnavailable } from '../../answer.ts';
import { readCredentials } from '../../credentials.ts';
import type { Mapping } from '../../mapping/compile.ts';
import { type Asked, mapRequest } from '../../mapping/map-request.ts';
import { describePathFault } from '../../mapping/path.ts';
import type { Observe, ObservedRequest } from '../../observe.ts';
import type { Peers } from '../peers.ts';
import { type IdentityHeaders, identityOf } from './identity.ts';
import type { OriginalRequest } from './original-request.ts';
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

/** What one request came to. It passes where `answer` is a 200, and only there. */
export interface Concluded {
  readonly answer: Answer;
  readonly id: string;
  readonly decision?: Decision;
  readonly refused?: string;
  readonly error?: Error;
  readonly request: ObservedRequest;
}

type Judging = Pick<ForwardAuthOptions, 'answer' | 'logger'>;

/** Refuses what asks without being a proxy whose word is believed. */
export function refusePeer(options: Judging, from: ObservedRequest): Concluded {
  return refuse(options, 'peer_not_trusted', `${from.peer ?? 'nobody'} is not one of the \`peers\``, from);
}

/** Refuses a request before any token is looked at. `why` ends a sentence of the log, and goes nowhere else. */
export function refuse({ answer, logger }: Judging, code: Refusal, why: string, request: ObservedRequest): Concluded {
  const id = globalThis.crypto.randomUUID();
  logger.warn({ id, refused: code }, `a request was refused: ${why}`);
  return { answer: answerRefused(code, id, answer), id, refused: code, request };
}

/**
 * Decides on the request that a proxy asks about, whose Authorization headers come with it. Whatever goes wrong, it does
 * not pass. Never rejects.
 */
export async function judge(
  options: ForwardAuthOptions,
  original: OriginalRequest,
  authorization: readonly string[],
  from: ObservedRequest,
): Promise<Concluded> {
  const seen = { ...from, ...described(original) };
  const mapped = mapRequest(options.mapping, original);
  const bearing = { authorization, url: original.uri };
  switch (mapped.kind) {
    case 'refused':
      return refuse(
        options,
        'path_not_canonical',
        `its path is not canonical: ${describePathFault(mapped.fault)}`,
        seen,
      );
    case 'method-unmapped':
      return refuse(options, 'method_unmapped', 'its method is not one of its route', { ...seen, route: mapped.route });
    case 'unmapped':
      if (options.unmapped === 'access') return authorize(options, bearing, {}, seen);
      return refuse(options, 'path_unmapped', 'no route matches its path', seen);
    case 'passes': {
      const id = globalThis.crypto.randomUUID();
      return { answer: answerAllowed(undefined, options.headers), id, request: { ...seen, route: mapped.route } };
    }
    case 'asks':
      return authorize(options, bearing, mapped.asked, { ...seen, route: mapped.route, ...mapped.asked });
  }
}

async function authorize(
  { engine, headers, answer, logger }: ForwardAuthOptions,
  bearing: Parameters<typeof readCredentials>[0],
  asked: Partial<Asked>,
  request: ObservedRequest,
): Promise<Concluded> {
  try {
    const credentials = readCredentials(bearing);
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

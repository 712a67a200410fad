import type { Decision } from '../../decision/decision.ts';
import { CountersignError } from '../../decision/reason.ts';
import type { AuthorizeRequest, Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { type Answer, type AnswerOptions, answerDenied, answerUnavailable } from '../answer.ts';
import { readCredentials } from '../credentials.ts';
import type { Trust } from '../guard.ts';
import type { CheckedRequest, CheckResponse } from './messages.ts';

/** How requests are checked. */
export interface CheckOptions extends AnswerOptions {
  /**
   * What a request asks, by its method and path; `undefined` for one that nothing is known of, which is then denied with
   * 403. What it throws denies with 503.
   */
  readonly toRequest: (request: CheckedRequest) => AuthorizeRequest | undefined;
  /**
   * Headers that tell the service behind who was let in; the same names for everyone, empty where there is nothing to say,
   * printable ASCII. They replace what the client sent, and spellings with `_` for `-` are removed.
   */
  readonly identityHeaders?: (trust: Trust) => Readonly<Record<string, string>>;
  /** Is told every decision, before Envoy is answered. */
  readonly onDecision?: (decision: Decision, request: CheckedRequest) => void;
  /** Default: silence. */
  readonly logger?: Logger;
}

/** Decides on one request. Total: whatever goes wrong, the request is denied. */
export async function check(engine: Engine, options: CheckOptions, request: CheckedRequest): Promise<CheckResponse> {
  try {
    return await decide(engine, options, request);
  } catch (error) {
    if (!(error instanceof CountersignError)) options.logger?.error({ error: String(error) }, 'a check failed');
    return denied(answerUnavailable());
  }
}

async function decide(engine: Engine, options: CheckOptions, request: CheckedRequest): Promise<CheckResponse> {
  const asked = options.toRequest(request);
  if (asked === undefined) return denied(NOT_MAPPED);
  const authorization = request.headers.get('authorization') ?? [];
  const credentials = readCredentials({ authorization, url: request.path });
  const decision =
    'refused' in credentials ? engine.refuse(credentials.refused) : await engine.authorize(credentials.token, asked);
  options.onDecision?.(decision, request);
  const { effect, principal } = decision;
  if (effect !== 'allow' || principal === undefined) return denied(answerDenied(decision, options));
  const headers = options.identityHeaders?.({ decision, principal }) ?? {};
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return { allows: true, headers, removes: aliasesIn(request, Object.keys(headers)) };
}

const NOT_MAPPED: Answer = {
  status: 403,
  headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  body: `${JSON.stringify({ title: 'Forbidden', status: 403, detail: 'Nothing is known of this path' })}\n`,
};

function denied({ status, headers, body }: Answer): CheckResponse {
  return { allows: false, status, headers, body };
}

function checkHeader(name: string, value: unknown): void {
  if (!/^[A-Za-z0-9-]+$/.test(name) || typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
    throw new TypeError(`the identity header ${JSON.stringify(name)} cannot be sent`);
  }
}

/** Headers of the client that a service might take for ours: many read `_` as `-`. */
function aliasesIn({ headers }: CheckedRequest, names: readonly string[]): readonly string[] {
  const ours = new Set(names.map((name) => name.toLowerCase()));
  return [...headers.keys()].filter((name) => name.includes('_') && ours.has(name.replaceAll('_', '-')));
}

import type { Answer, AnswerOptions } from '../../answer.ts';

/** Why a request was refused before any token was looked at. Codes are stable. */
export type Refusal =
  /** What asks is not a proxy whose word is believed. */
  | 'peer_not_trusted'
  /** What it was asked cannot be told for certain. */
  | 'forwarded_headers_malformed'
  /** Its path could be read in two ways. */
  | 'path_not_canonical'
  /** No route matches its path. */
  | 'path_unmapped'
  /** A route matches its path, but not its method. */
  | 'method_unmapped';

/** Problem details (RFC 9457) under 403, which every proxy passes on. */
export function answerRefused(code: Refusal, id: string, { exposeReasons = false }: AnswerOptions): Answer {
  const problem = {
    title: 'Forbidden',
    status: 403,
    detail: 'The request is not let through',
    decision: id,
    ...(exposeReasons ? { reasons: [code] } : {}),
  };
  return {
    status: 403,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    body: `${JSON.stringify(problem)}\n`,
  };
}

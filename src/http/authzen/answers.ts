import type { Decision } from '../../decision/decision.ts';
import { answerDenied } from '../answer.ts';

/** What one question is answered with (AuthZEN Authorization API 1.0, Access Evaluation Response). */
export interface EvaluationAnswer {
  readonly decision: boolean;
  readonly context: {
    /** The decision's id, under which the decision log tells everything. */
    readonly id?: string;
    /** The reason codes of a denial, the deciding one first. */
    readonly reasons?: readonly string[];
    /** Why there was nothing to decide. */
    readonly error?: { readonly status: number; readonly message: string };
  };
}

export function answerDecision({ effect, id, reasons }: Decision): EvaluationAnswer {
  const named = id === undefined ? {} : { id };
  if (effect === 'allow') return { decision: true, context: named };
  return { decision: false, context: { ...named, reasons: [...new Set(reasons.map(({ code }) => code))] } };
}

export function answerMisfit(message: string): EvaluationAnswer {
  return { decision: false, context: { error: { status: 400, message } } };
}

/** An error of the whole request, whose body is a message (AuthZEN Authorization API 1.0, error responses). */
export function answerError(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  });
}

/** What a caller gets whose own token, or the lack of one, is at fault, rather than what it asks (RFC 6750, section 3). */
export function answerUnauthorized(decision: Decision): Response {
  const { status, headers } = answerDenied(decision);
  const { 'WWW-Authenticate': challenge = 'Bearer' } = headers;
  const message = status === 401 ? 'a bearer token that is accepted here is required' : 'the credentials are malformed';
  return answerError(status, message, { 'WWW-Authenticate': challenge });
}

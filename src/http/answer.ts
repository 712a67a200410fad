import type { Decision } from '../decision/decision.ts';
import { type ReasonCode, statusOf } from '../decision/reason.ts';

/** An HTTP response, whatever the framework. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AnswerOptions {
  /** The protection space that `WWW-Authenticate` names (RFC 9110, section 11.5). Default: none is named. */
  readonly realm?: string;
  /** Tells the caller the reason codes, never what a rule says or a token holds. Default: false. */
  readonly exposeReasons?: boolean;
  /** The URL of the protected resource's metadata (RFC 9728, section 5.1). */
  readonly resourceMetadata?: string;
}

/** The body of every refusal: problem details (RFC 9457) as `application/problem+json`. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  /** The error code of RFC 6750, section 3.1; absent where no credentials were presented. */
  readonly error?: BearerError;
  readonly detail?: string;
  /** The decision's id, under which the decision log tells everything. */
  readonly decision?: string;
  /** The reason codes of the decision, the deciding one first; only with `exposeReasons`. */
  readonly reasons?: readonly string[];
}

type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

interface Refusal {
  readonly error: BearerError;
  readonly title: string;
  readonly description: string;
}

/** One sentence an error: what failed exactly is for the log (RFC 6750, section 3.1). */
const refusals: Readonly<Record<400 | 401 | 403, Refusal>> = {
  400: { error: 'invalid_request', title: 'Bad Request', description: 'The request is malformed' },
  401: { error: 'invalid_token', title: 'Unauthorized', description: 'The token is not accepted' },
  403: { error: 'insufficient_scope', title: 'Forbidden', description: 'The token does not allow this' },
};

/** Seconds after which a caller may try again when keys could not be had. */
const RETRY_AFTER = 5;

/** What a denied caller gets (RFC 6750, section 3). */
export function answerDenied({ reasons, id }: Decision, options: AnswerOptions = {}): Answer {
  const { exposeReasons = false } = options;
  const codes = reasons.map(({ code }) => code);
  const status = deniedWith(reasons[0].code);
  const refusal = refusals[status];
  const isAnonymous = reasons[0].code === 'token_missing';
  const description = exposeReasons ? `${refusal.description}: ${reasons[0].code}` : refusal.description;
  const failure = { error: refusal.error, error_description: description };
  return answer(
    {
      title: refusal.title,
      status,
      ...(isAnonymous ? { detail: 'A bearer token is required' } : { error: refusal.error, detail: description }),
      ...(id === undefined ? {} : { decision: id }),
      ...(exposeReasons ? { reasons: [...new Set(codes)] } : {}),
    },
    { 'WWW-Authenticate': challenge(options, isAnonymous ? {} : failure) },
  );
}

/** What a caller gets while no decision is possible: it may try again, it is never let in. */
export function answerUnavailable(): Answer {
  return answer(
    { title: 'Service Unavailable', status: 503, detail: 'No decision can be made at present' },
    { 'Retry-After': String(RETRY_AFTER) },
  );
}

/** Refuses what cannot stand in a quoted string of a header (RFC 9110, section 5.6.4) with a `TypeError`. */
export function checkAnswerOptions({ realm, resourceMetadata }: AnswerOptions): void {
  for (const [name, value] of Object.entries({ realm, resourceMetadata })) {
    if (value !== undefined && !QUOTABLE.test(value)) {
      throw new TypeError(`${name} must be printable ASCII without \`"\` and \`\\\``);
    }
  }
}

function deniedWith(code: ReasonCode): 400 | 401 | 403 {
  const status = statusOf(code);
  return status === 200 ? 403 : status;
}

/** The characters of `error_description` (RFC 6750, section 3). */
const QUOTABLE = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

function challenge({ realm, resourceMetadata }: AnswerOptions, failure: Readonly<Record<string, string>>): string {
  const parameters = {
    ...(realm === undefined ? {} : { realm }),
    ...failure,
    ...(resourceMetadata === undefined ? {} : { resource_metadata: resourceMetadata }),
  };
  const listed = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return listed.length === 0 ? 'Bearer' : `Bearer ${listed.join(', ')}`;
}

function answer(problem: Problem, headers: Readonly<Record<string, string>>): Answer {
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: `${JSON.stringify(problem)}\n`,
  };
}

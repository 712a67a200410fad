/** The error codes of RFC 6749, section 5.2, RFC 8693, section 2.2.2, and RFC 9396, section 5, that are used here. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'unsupported_grant_type';

/** Why no token is issued. */
export interface OAuthRefusal {
  readonly error: OAuthError;
  /** One sentence without `"` and `\` (RFC 6749, section 5.2), and without anything that the caller sent. */
  readonly description: string;
}

export function refused(error: OAuthError, description: string): OAuthRefusal {
  return { error, description };
}

/** What a caller is told who gets no token; `more` goes beside the error. */
export function answerRefusal(
  { error, description }: OAuthRefusal,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = { error, error_description: description, ...more };
  // RFC 6749, section 5.2: who tried to authenticate is told which scheme to use; none is better than another here.
  return error === 'invalid_client'
    ? answer(401, body, { 'WWW-Authenticate': 'Basic realm="token"' })
    : answer(400, body);
}

/** What a caller gets while no decision is possible, or no key is at hand: it may try again. */
export function answerUnavailable(): Response {
  const body = { error: 'temporarily_unavailable', error_description: 'No token can be issued at present' };
  return answer(503, body, { 'Retry-After': '5' });
}

/** JSON that nobody keeps (RFC 6749, section 5.1). */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...headers } });
}

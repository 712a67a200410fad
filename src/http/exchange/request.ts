import type { Form } from './form.ts';
import { type OAuthRefusal, refused } from './oauth-answer.ts';
import { type ExchangeTarget, type NamedTarget, targetOf } from './target.ts';

/** A kind of token, as `urn:ietf:params:oauth:token-type:…` ends (RFC 8693, section 3). */
export type TokenType = 'jwt' | 'id_token' | 'access_token';

/** What a well-formed request asks for. */
export interface ExchangeRequest extends NamedTarget {
  readonly subjectToken: string;
  readonly subjectTokenType: TokenType;
  /** The actions asked for; all that are granted where left out. */
  readonly scope?: readonly string[];
  /** The type the issued token is called by: it is both. */
  readonly issuedTokenType: 'access_token' | 'jwt';
}

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPE_PREFIX = 'urn:ietf:params:oauth:token-type:';

/** The full name of a token type. */
export function tokenTypeUrn(type: TokenType): string {
  return `${TYPE_PREFIX}${type}`;
}

/** RFC 6749, section 3.3, less `*`, which policies and services might take for a wildcard. */
const SCOPE_TOKEN = /^[\x21\x23-\x29\x2b-\x5b\x5d-\x7e]+$/;

/** Each is held against every grant. */
const MOST_SCOPES = 100;

/** Whether an action can be written as a scope, and means exactly itself there. */
export function isScopeToken(action: string): boolean {
  return SCOPE_TOKEN.test(action);
}

/** Reads the parameters of RFC 8693, section 2.1. Unknown ones do not count (RFC 6749, section 3.2). */
export function parseRequest(
  form: Form,
  { targets, types }: { readonly targets: readonly ExchangeTarget[]; readonly types: readonly TokenType[] },
): ExchangeRequest | OAuthRefusal {
  const misfit = misfitOf(form);
  if (misfit !== undefined) return misfit;
  const value = (name: string): string | undefined => form.get(name)?.[0];
  const subjectToken = value('subject_token');
  if (subjectToken === undefined) return refused('invalid_request', 'The subject_token is missing');
  const subjectTokenType = types.find((type) => value('subject_token_type') === tokenTypeUrn(type));
  if (subjectTokenType === undefined) {
    return refused('invalid_request', 'The subject_token_type is missing or not accepted here');
  }
  const requested = value('requested_token_type') ?? tokenTypeUrn('access_token');
  const issuedTokenType = (['access_token', 'jwt'] as const).find((type) => requested === tokenTypeUrn(type));
  if (issuedTokenType === undefined) {
    return refused('invalid_request', 'The requested_token_type cannot be issued');
  }
  const named = targetOf(targets, value('audience'), value('resource'));
  if ('error' in named) return named;
  const scope = value('scope')?.split(' ', MOST_SCOPES + 1);
  if (scope?.every(isScopeToken) === false) return refused('invalid_scope', 'The scope is malformed');
  if (scope !== undefined && scope.length > MOST_SCOPES) return refused('invalid_scope', 'The scope is too long');
  return {
    ...named,
    subjectToken,
    subjectTokenType,
    issuedTokenType,
    ...(scope === undefined ? {} : { scope: [...new Set(scope)] }),
  };
}

/** What is there and must not be, or is there too often. */
function misfitOf(form: Form): OAuthRefusal | undefined {
  for (const [name, { length }] of form) {
    if (length === 1) continue;
    return name === 'audience' || name === 'resource'
      ? refused('invalid_target', 'A token is issued for one target at a time')
      : refused('invalid_request', 'A parameter is there more than once');
  }
  const grantType = form.get('grant_type')?.[0];
  if (grantType === undefined) return refused('invalid_request', 'The grant_type is missing');
  if (grantType !== GRANT_TYPE) return refused('unsupported_grant_type', 'Only token exchange is supported');
  if (form.has('client_secret') || form.has('client_assertion')) return unknownClient();
  if (form.has('actor_token') || form.has('actor_token_type')) {
    return refused('invalid_request', 'An actor_token is not supported');
  }
  // To leave it out of account would be to issue more than was asked for.
  return form.has('authorization_details')
    ? refused('invalid_authorization_details', 'Ask by scope and resource instead of authorization_details')
    : undefined;
}

/** Whoever holds the subject token is the client; there are no others to authenticate. */
export function unknownClient(): OAuthRefusal {
  return refused('invalid_client', 'Clients have no credentials here but the subject token');
}

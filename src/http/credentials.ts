import type { ReasonCode } from '../decision/reason.ts';

/** What a request says about who sends it, whatever the framework. */
export interface IncomingCredentials {
  /** The value of each Authorization header, in order; several are not joined. */
  readonly authorization: readonly string[];
  /** The request target: path and query, with or without scheme and host. */
  readonly url: string;
}

/** The token of a request, or why there is none that may be used. */
export type Credentials = { readonly token: string } | { readonly refused: CredentialsRefusal };

export type CredentialsRefusal = Extract<
  ReasonCode,
  'token_missing' | 'credentials_malformed' | 'multiple_credentials'
>;

/** RFC 6750, section 2.1; the scheme in any case (RFC 9110, section 11.1). */
const BEARER = /^bearer(?: +([A-Za-z0-9._~+/-]+=*))?$/i;
const SCHEME = /^bearer(?![!#$%&'*+.^_`|~0-9A-Za-z-])/i;
const JOINED = /,\s*bearer\s/i;
/** Some take `;` for `&` (HTML 4, appendix B.2.2). */
const IN_QUERY = /[?&;]access_token(?:[=&;]|$)/i;

/**
 * Reads the bearer token of a request (RFC 6750, section 2.1). Other schemes count as no credentials. Two Authorization
 * headers, or a token in the query (`access_token`, section 2.3), are refused even where only one of them is a token: what
 * stands behind might believe the other one.
 */
export function readCredentials({ authorization, url }: IncomingCredentials): Credentials {
  const [header = ''] = authorization;
  const isJoined = SCHEME.test(header) ? header.includes(',') : JOINED.test(header);
  if (authorization.length > 1 || isJoined || hasTokenInQuery(url)) return { refused: 'multiple_credentials' };
  if (!SCHEME.test(header)) return { refused: 'token_missing' };
  const token = BEARER.exec(header)?.[1];
  return token === undefined ? { refused: 'credentials_malformed' } : { token };
}

/** In any spelling of the name: `access%5Ftoken` is read as `access_token` by what stands behind. */
function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  if (query === -1) return false;
  return IN_QUERY.test(
    url.slice(query).replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
}

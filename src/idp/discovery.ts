import type { JWK } from 'jose';

/**
 * What an issuer publishes, by url: the discovery document (OpenID Connect Discovery 1.0, sections 3 and 4) and the
 * key set (RFC 7517, section 5). A `/` at the end of the issuer's url is not doubled; `issuer` repeats the url exactly.
 */
export function publishedDocuments(issuer: string, keys: readonly JWK[]): ReadonlyMap<string, unknown> {
  const base = issuer.replace(/\/$/u, '');
  const jwksUri = `${base}/.well-known/jwks.json`;
  const configuration = {
    issuer,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub'],
  };
  return new Map<string, unknown>([
    [`${base}/.well-known/openid-configuration`, configuration],
    [jwksUri, { keys }],
  ]);
}

/** Lets a relying party keep what is published for ten minutes. */
const CACHE_CONTROL = 'max-age=600';

/**
 * Answers a request for `url`, whose query does not count: with a published document, with 404 for any other path, with
 * 405 for a method other than GET and HEAD. Always JSON.
 */
export function answerFrom(documents: ReadonlyMap<string, unknown>, url: URL, method: string): Response {
  const found = documents.get(`${url.origin}${url.pathname}`);
  if (found === undefined) return Response.json({ error: 'not_found' }, { status: 404 });
  if (method !== 'GET' && method !== 'HEAD') {
    return Response.json({ error: 'method_not_allowed' }, { status: 405, headers: { allow: 'GET, HEAD' } });
  }
  return Response.json(found, { headers: { 'cache-control': CACHE_CONTROL } });
}

/**
 * An issuer's url as `iss` carries it.
 *
 * @throws {TypeError} unless it is an `https:` or `http:` url in canonical form but for a final `/`, without user,
 *   query and fragment (OpenID Connect Discovery 1.0, section 3)
 */
export function issuerUrlOf(option: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const canonical = url?.href.replace(/\/$/u, '');
  if (
    url === undefined ||
    !/^https?:$/u.test(url.protocol) ||
    `${url.username}${url.password}` !== '' ||
    /[?#]/u.test(url.href) ||
    canonical !== String(value).replace(/\/$/u, '')
  ) {
    throw new TypeError(
      `${option} must be a canonical https: url such as https://issuer.test, without query and fragment`,
    );
  }
  return String(value);
}

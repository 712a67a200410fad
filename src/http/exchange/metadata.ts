import type { Route } from '../route.ts';
import { DENIAL_DETAIL, GRANT_DETAIL } from './access-token.ts';
import type { Keyring } from './keyring.ts';
import { GRANT_TYPE } from './request.ts';

export const TOKEN_PATH = '/token';
const JWKS_PATH = '/.well-known/jwks.json';
/** Where RFC 8414 has it, and where verifiers look that know OpenID Connect Discovery alone (RFC 8414, section 5). */
const METADATA_PATHS = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

/** Verifiers may keep keys and metadata for ten minutes, the least time that a key is published before it signs. */
const HEADERS = { 'Cache-Control': 'max-age=600' };

/** The key set (RFC 7517, section 5) and the server's metadata (RFC 8414, section 2; RFC 9396, section 10). */
export function metadataRoutes(issuer: string, keyring: Keyring): readonly Route[] {
  const metadata = {
    issuer,
    token_endpoint: `${issuer}${TOKEN_PATH}`,
    jwks_uri: `${issuer}${JWKS_PATH}`,
    grant_types_supported: [GRANT_TYPE],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    authorization_details_types_supported: [GRANT_DETAIL, DENIAL_DETAIL],
  };
  return [
    route(JWKS_PATH, async () => ({ keys: await keyring.published() })),
    ...METADATA_PATHS.map((path) => route(path, () => Promise.resolve(metadata))),
  ];
}

function route(path: string, document: () => Promise<unknown>): Route {
  return { method: 'GET', path, handle: async () => Response.json(await document(), { headers: HEADERS }) };
}

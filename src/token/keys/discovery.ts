import { quote } from '../../decision/reason.ts';
import { fetchableUrl, isLoopbackHttp } from './fetchable-url.ts';

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4); `undefined` where nothing may be fetched. */
export function discoveryUrl(issuer: string): URL | undefined {
  const url = fetchableUrl(issuer);
  if (url === undefined || issuer.includes('?')) return undefined;
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
}

/**
 * Reads the key set's url out of a discovery document. The document must name exactly the issuer it was fetched for (section
 * 4.3): another would bring its own keys. Only an issuer on loopback itself may point to plain http.
 */
export function jwksUriOf(document: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: uri } = membersOf(document);
  if (named !== issuer) throw new Error(`names another issuer: ${quote(named)}`);
  const url = fetchableUrl(uri);
  if (url === undefined || (url.protocol !== 'https:' && !isLoopbackHttp(new URL(issuer)))) {
    throw new Error(`has a \`jwks_uri\` that may not be fetched: ${quote(uri)}`);
  }
  return url;
}

function membersOf(document: unknown): Readonly<Record<string, unknown>> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new Error('is not a JSON object');
  }
  return { __proto__: null, ...document };
}

/** Why a url cannot be used; `message` continues a sentence that begins with the url. */
export interface UrlFault {
  readonly insecure: boolean;
  readonly message: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/;

/** What parsers of urls repair, each in its own way. */
const UNUSABLE = /[\s\p{Cc}\\]/u;

/**
 * An absolute https url, or http on loopback, without user info, query or fragment (OpenID Connect Discovery 1.0,
 * section 3).
 */
export function checkIssuerUrl(text: string): UrlFault | undefined {
  const fault = checkKeysUrl(text);
  if (fault !== undefined) return fault;
  return text.includes('?') ? { insecure: false, message: 'has a query, which an issuer has not' } : undefined;
}

/** As for an issuer, but with a query if need be: the address of a JWK set. */
export function checkKeysUrl(text: string): UrlFault | undefined {
  const [, authority = ''] = /^[a-z]+:\/\/([^/?#]*)/i.exec(text) ?? [];
  const url = authority !== '' && !UNUSABLE.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { insecure: false, message: 'is not an absolute url such as `https://app.gitpod.io`' };
  if (authority.includes('@')) return { insecure: false, message: 'has user info' };
  if (text.includes('#')) return { insecure: false, message: 'has a fragment' };
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && LOOPBACK.test(url.hostname)) return undefined;
  return url.protocol === 'http:'
    ? { insecure: true, message: 'is not https; `http:` is for loopback alone' }
    : { insecure: false, message: 'is not an https url' };
}

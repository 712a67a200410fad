/**
 * A url that keys may be fetched from: https, or http on a loopback address (which nobody else can answer for); without
 * credentials and without a fragment. `undefined` for any other text.
 */
export function fetchableUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !VISIBLE.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || text.includes('#')) return undefined;
  return url.protocol === 'https:' || isLoopbackHttp(url) ? url : undefined;
}

export function isLoopbackHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK.test(hostname);
}

/** What a url is made of (RFC 3986, section 2); anything else, parsers repair in different ways. */
const VISIBLE = /^[\x21-\x5b\x5d-\x7e]+$/;

/** Host names as the URL parser gives them: numbers already in dotted form. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

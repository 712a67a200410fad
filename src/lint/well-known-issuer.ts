import type { Issuer } from '../policy/policy.ts';
import type { Edit } from './edit.ts';

/** Issuers of which it is known that their `iss` is in lower case and has no slash at its end, by host. */
const HOSTS =
  /^(?:app\.gitpod\.io|token\.actions\.githubusercontent\.com|gitlab\.com|accounts\.google\.com|login\.microsoftonline\.com|app\.terraform\.io|agent\.buildkite\.com|oidc\.circleci\.com)$/;

/** Whether it is known how the tokens of this issuer spell its url. */
export function isWellKnown({ url }: Issuer): boolean {
  return HOSTS.test(new URL(url).hostname);
}

/** The url as the tokens of an issuer spell it, where that is known; else as it stands. */
export function meantUrl(issuer: Issuer): string {
  return isWellKnown(issuer) ? withoutSlashes(inLowerCase(issuer.url)) : issuer.url;
}

/** A url with its scheme and host in lower case. */
export function inLowerCase(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, (origin) => origin.toLowerCase());
}

/** A url without any slash at its end. */
export function withoutSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

/** The edit that gives an issuer another url, unless another issuer has that already. */
export function respell({ name }: Issuer, url: string, issuers: readonly Issuer[]): { fix?: readonly Edit[] } {
  if (issuers.some((other) => other.url === url)) return {};
  return { fix: [{ at: { issuer: name, path: ['url'] }, replaceWith: url }] };
}

import { isCanonicalPath } from '../../policy/glob/resource.ts';
import { type OAuthRefusal, refused } from './oauth-answer.ts';

/** A service that tokens are issued for. */
export interface ExchangeTarget {
  /** What a request names it by (`audience`), and the `aud` of its tokens. */
  readonly audience: string;
  /**
   * The canonical URL that its resources lie below: `resource=https://vault.example/v1/secret/db` names the resource
   * `secret/db` of the target with the URL `https://vault.example/v1`.
   */
  readonly url?: string;
  /**
   * The one of the engine's audiences that a subject token must be for. Any of them where left out, which only a sole
   * target may do: policies tell targets apart by it.
   */
  readonly subjectAudience?: string;
}

/** The target of one request. */
export interface NamedTarget {
  readonly target: ExchangeTarget;
  /** The `aud` of the token: the resource itself, where one was named (RFC 8707, section 2.2). */
  readonly audience: string;
  /** What the token is limited to: a resource as policies name it. */
  readonly resource?: string;
}

/** Finds the one target that a request names by `audience`, `resource` or both (RFC 8693, section 2.1; RFC 8707). */
export function targetOf(
  targets: readonly ExchangeTarget[],
  audience: string | undefined,
  resource: string | undefined,
): NamedTarget | OAuthRefusal {
  if (audience === undefined && resource === undefined) {
    return refused('invalid_request', 'The request must name a target: audience or resource');
  }
  const target = targets.find((one) => (resource === undefined ? one.audience === audience : isBelow(one, resource)));
  if (target === undefined || (audience !== undefined && target.audience !== audience)) {
    return refused('invalid_target', 'No token is issued for this target');
  }
  const path = resource?.slice(baseOf(target).length) ?? '';
  if (resource === undefined || path === '') return { target, audience: target.audience };
  return isCanonicalUrl(resource) && isCanonicalPath(path)
    ? { target, audience: resource, resource: path }
    : refused('invalid_target', 'The resource is not a canonical URL');
}

/** Whether one target's URL is that of the other, or lies below it, so that a resource could be of both. */
export function overlaps(one: ExchangeTarget, other: ExchangeTarget): boolean {
  return one.url !== undefined && other.url !== undefined && baseOf(one).startsWith(baseOf(other));
}

/** An `http:` or `https:` URL that reads the same however it is parsed: without user, query, fragment and `%`. */
export function isCanonicalUrl(text: string): boolean {
  if (/[%?#\\]/.test(text) || !URL.canParse(text)) return false;
  const { href, protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}` === '' && (href === text || href === `${text}/`);
}

function isBelow(target: ExchangeTarget, resource: string): boolean {
  return target.url !== undefined && `${resource}/`.startsWith(baseOf(target));
}

function baseOf({ url = '' }: ExchangeTarget): string {
  return url.endsWith('/') ? url : `${url}/`;
}

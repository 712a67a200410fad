import { isLoopbackHost } from './loopback.ts';

/**
 * A `fetch` for working offline: a request for a mapped origin goes to its loopback server, path and query kept, any
 * other fails like a network that is down (`TypeError`). Redirects are not followed, so that none leads out.
 *
 * ```ts
 * const issuer = await serveIssuer({ key, issuerUrl: 'https://app.gitpod.io' });
 * const engine = await createEngine({ policies, fetch: fetchVia({ 'https://app.gitpod.io': issuer.url }) });
 * ```
 *
 * @param map origins (`https://app.gitpod.io`) and the loopback url (`http://127.0.0.1:8710`) that each stands for
 * @throws {TypeError} of a key that is not an origin, or a value that is not an `http:` loopback url without a path
 */
export function fetchVia(map: Readonly<Record<string, string>>): typeof fetch {
  const routes = new Map(Object.entries(map).map(([from, to]) => [originOf(from), loopbackOf(to)]));
  return async (input, init) => {
    const request = new Request(input, init);
    const asked = new URL(request.url);
    const target = routes.get(asked.origin);
    if (target === undefined) {
      throw new TypeError(`fetch failed: offline, only ${[...routes.keys()].join(', ') || 'nothing'} can be reached`);
    }
    const routed = new Request(`${target}${asked.pathname}${asked.search}`, request);
    return fetch(routed, { redirect: request.redirect === 'follow' ? 'manual' : request.redirect });
  };
}

function originOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new TypeError(`${JSON.stringify(value)} is not an origin such as https://app.gitpod.io`);
  }
  return url.origin;
}

function loopbackOf(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.protocol !== 'http:' || !isLoopbackHost(url.hostname) || url.href !== `${url.origin}/`) {
    throw new TypeError(`${JSON.stringify(value)} is not a loopback url such as http://127.0.0.1:8710`);
  }
  return url.origin;
}

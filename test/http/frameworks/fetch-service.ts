import type { FetchGuard, trust } from '../../../src/http/frameworks/fetch.ts';
import { type Given, type Library, type Reading, Route, servicesOf } from './services.ts';

const segments = ({ url }: Request): string[] => new URL(url).pathname.split('/').slice(1);

const reading: Reading<Request> = {
  method: ({ method }) => method,
  name: (request) => decodeURIComponent(segments(request).at(-1) ?? ''),
};

/** The services of the table as one handler of standard requests. Only types are imported, for every runtime. */
export async function fetchService(
  library: Library & { readonly trust: typeof trust },
  given: Given,
): Promise<(request: Request) => Promise<Response>> {
  const route = new Route();
  const guards = new Map<string, FetchGuard>();
  for (const [name, { engine, options }] of Object.entries(await servicesOf(library, given, reading))) {
    guards.set(name, library.trust(engine, options));
  }
  return async (request) => {
    const [service = ''] = segments(request);
    if (service === 'runs') return new Response(route.runs);
    const guard = guards.get(service);
    if (guard === undefined) return new Response(null, { status: 404 });
    try {
      return await guard.guarded((_request, trust) => new Response(route.run(trust)))(request);
    } catch {
      return new Response(null, { status: 500, headers: { 'x-handled': 'yes' } });
    }
  };
}

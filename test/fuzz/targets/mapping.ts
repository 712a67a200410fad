import { parseRequest } from '../../../src/decision/request.ts';
import { compileMapping, type RouteMapping } from '../../../src/http/mapping/compile.ts';
import { type Mapped, mapRequest } from '../../../src/http/mapping/map-request.ts';
import { readPath } from '../../../src/http/mapping/path.ts';
import { derive, type Grammar } from '../grammar.ts';
import { hold, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Target } from '../target.ts';
import { requestTarget } from './path.ts';

/** Lines such as `route /v1/{path+} secret/{path}`, and others such as `GET /v1/a`. */
const grammar: Grammar = {
  ...requestTarget,
  start: ['<routes><requests>', '<routes><requests>', '<routes><requests><routes>', '<requests>'],
  routes: ['route <template> <resource>\n', 'route <template> <resource>\nroute <template> <resource>\n', '<routes><routes>'],
  template: ['/<known>', '/<known>/<known>', '/<known>/<known>', '/<known>/<known>/', '/a/{y}', '/a/{y}', '/{x}/b', '/{x}/b', '/<known>/{rest+}', '/{rest+}', '/', '/<known>/<known>/{rest+}', '/<oddly>/<known>'],
  known: ['a', 'b', 'secrets', '{x}', '{y}', 'v1', 'é'],
  oddly: ['{x+}', '{x', 'x}', '{}', '{x}{y}', '{x-y}', '', '.', '..', 'a;b', '%61', 'a?b', '{__proto__}', '{constructor}', '\u0085'],
  resource: ['-', '-', '-', '-', '-', '-', '<known>', 'secret/{x}', 'secret/{rest}', '{rest}', '{x}/{y}', '{x}/{x}', '<known>/<known>', 'secret/', '/{x}', 'a/../{x}', '{x}-{y}', '{rest+}', 'a//b'],
  requests: ['<method> <asked>\n', '<method> <asked>\n<method> <asked>\n', '<requests><requests>'],
  method: ['GET', 'PUT', 'OPTIONS', 'get', 'POST', '__proto__', 'toString', ''],
  asked: ['/a/b', '/a/b', '/a/b', '/a', '/secrets/b/', '/v1/a/b', '/b/<piece>', '/a/<piece>/<piece>', '/', '/<path>', '/<segment>/<segment>'],
}; // prettier-ignore

const GOOD = [
  'route /v1/secrets/{path+} secret/{path}\nroute /v1/secrets/{x}/versions versions/{x}\nGET /v1/secrets/a/b\nGET /v1/secrets/a/versions\nPUT /v1/secrets/%C3%A9\nOPTIONS /v1/secrets/a',
  'route / -\nroute /{x} {x}\nroute /a -\nGET /\nGET /a\nGET /b\nGET /b/',
];
const PIECES = ['/', '{x}', '{y+}', '{', '}', 'route ', '\n', ' ', '.', '..', '%2e', '%2f', '%', ';', '\\', '?', 'a', 'b', '-', '\ud800', '\u0085']; // prettier-ignore

const NOW = 1_767_225_600;
const KINDS = ['asks', 'passes', 'unmapped', 'method-unmapped', 'refused'];

/** What makes a question of a request, by routes. */
export const mappingTarget: Target = {
  draw: (random) => {
    const text = random.onceIn(3) ? random.pick(GOOD) : derive(grammar, random);
    return random.onceIn(2) ? text : mutate(text, GOOD, PIECES, random);
  },
  check(text) {
    const lines = text.split('\n').map((line) => line.split(' '));
    const routes = lines.filter(([word]) => word === 'route').map(([, path = '', to]) => routeOf(path, to));
    const mapping = compileMapping(routes);
    const reversed = compileMapping([...routes].reverse());
    holdEqual('faults' in mapping, 'faults' in reversed, 'loads in one order alone');
    if ('faults' in mapping || 'faults' in reversed) {
      holdFaults(mapping, routes);
      return false;
    }
    const requests = lines.filter(([word]) => word !== 'route').map(([method = '', uri = '']) => ({ method, uri }));
    for (const request of requests) {
      const mapped = mapRequest(mapping, request);
      holdEqual(mapRequest(reversed, request), mapped, 'something else in another order');
      holdMapped(mapped, routes, request);
    }
    return routes.length > 0 && requests.length > 0;
  },
};

function routeOf(path: string, to = '-'): RouteMapping {
  return {
    path,
    methods: { GET: 'read', PUT: 'write' },
    public: ['OPTIONS'],
    ...(to === '-' ? {} : { resource: to }),
  };
}

function holdFaults(mapping: ReturnType<typeof compileMapping>, routes: readonly RouteMapping[]): void {
  const faults = 'faults' in mapping ? mapping.faults : [];
  hold(faults.length > 0 && faults.length <= routes.length * 2, 'no fair number of faults', faults);
  for (const { route, key, message, help } of faults) {
    hold(routes[route]?.[key] !== undefined, 'a fault of what is not there', route, key);
    hold(message.length > 0 && help.length > 0 && !message.includes('\n'), 'no sentence', message, help);
  }
}

function holdMapped(
  mapped: Mapped,
  routes: readonly RouteMapping[],
  { method, uri }: { readonly method: string; readonly uri: string },
): void {
  hold(KINDS.includes(mapped.kind), 'an unknown kind', mapped);
  const segments = readPath(uri);
  if (typeof segments === 'string') return holdEqual(mapped, { kind: 'refused', fault: segments }, 'not refused');
  const matching = routes.filter(({ path }) => matched(path, segments) !== undefined);
  if (matching.length === 0) return holdEqual(mapped, { kind: 'unmapped' }, 'a route where none matches');
  const kind = method === 'OPTIONS' ? 'passes' : method === 'GET' || method === 'PUT' ? 'asks' : 'method-unmapped';
  holdEqual(mapped.kind, kind, 'another kind');
  const route = 'route' in mapped ? matching.find(({ path }) => path === mapped.route) : undefined;
  if (route === undefined) throw new Error(`a route that does not match ${JSON.stringify(mapped)}`);
  for (const { path } of matching) hold(isInside(route.path, path), 'a route that is not the narrowest', path);
  if (mapped.kind !== 'asks') return;
  const variables = matched(route.path, segments) ?? new Map<string, string>();
  const resource = route.resource?.replace(/\{([^}]*)\}/g, (_, name: string) => variables.get(name) ?? '');
  const action = method === 'GET' ? 'read' : 'write';
  holdEqual(mapped.asked, resource === undefined ? { action } : { action, resource }, 'another question');
  hold(!('code' in parseRequest(mapped.asked, NOW)), 'a question that policies refuse', mapped.asked);
}

/** The plain meaning of a template: what its variables stand for, or `undefined` where it does not match. */
function matched(template: string, segments: readonly string[]): ReadonlyMap<string, string> | undefined {
  const parts = template.slice(1).split('/');
  const variables = new Map<string, string>();
  for (const [at, part] of parts.entries()) {
    const [, name, plus] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
    const rest = segments.slice(at);
    const value = plus === '+' ? rest.join('/') : segments[at];
    if (value === undefined || value === '' || (plus === '+' && rest.at(-1) === '')) {
      if (name !== undefined || value === undefined) return undefined;
    }
    if (name === undefined && value !== part) return undefined;
    if (name !== undefined) variables.set(name, value ?? '');
    if (plus === '+') return variables;
  }
  return parts.length === segments.length ? variables : undefined;
}

/** Whether of two templates that match a path in common the first says as much in every segment, or more. */
function isInside(one: string, other: string): boolean {
  const [ones, others] = [one.split('/'), other.split('/')];
  return others.every((part, at) => {
    if (part.endsWith('+}')) return true;
    return part.startsWith('{') ? !ones[at]?.endsWith('+}') : part === ones[at];
  });
}

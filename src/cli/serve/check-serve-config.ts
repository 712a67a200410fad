import { isServiceUrl } from '../../http/authzen/routes.ts';
import { compileMapping, type RouteMapping } from '../../http/mapping/compile.ts';
import { parseAddress } from '../../http/sidecar/address.ts';
import {
  DEFAULT_IDENTITY_HEADERS,
  type IdentityHeaders,
  isIdentityHeader,
} from '../../http/sidecar/forward-auth/identity.ts';
import { parsePeers } from '../../http/sidecar/peers.ts';
import { isString, type Node, type Span, stringsAt, toValue, valueAt } from '../../policy/document/node.ts';
import type { Problems } from '../../policy/document/problems.ts';
import { quote } from '../../policy/quote.ts';
import { checkExchange } from './check-exchange.ts';

export const ADDRESS_HELP =
  'write HOST:PORT such as `127.0.0.1:8711`, `[::1]:8711`, or `unix:PATH`; `0.0.0.0` is every IPv4 address';

/** Each is compared with every other; the schema allows no more. */
const MOST_ROUTES = 1000;

/** Finds what the schema cannot say: addresses, ranges, names of headers that clash, routes that do not compile. */
export function checkServeConfig(root: Node, problems: Problems): void {
  const isOff = (node: Node): boolean => node === valueAt(root, 'operations') && isString(node) && node.value === 'off';
  for (const node of [
    ...['listen', 'operations'].map((key) => valueAt(root, key)),
    valueAt(valueAt(root, 'envoy'), 'listen'),
  ]) {
    if (!isString(node) || isOff(node) || parseAddress(node.value)) continue;
    problems.add('invalid-value', node, `${quote(node.value)} is not an address to listen on`, ADDRESS_HELP);
  }
  checkServiceUrl(valueAt(valueAt(root, 'authzen'), 'url'), problems);
  checkExchange(valueAt(root, 'exchange'), problems);
  const forwardAuth = valueAt(root, 'forwardAuth');
  checkPeers(valueAt(forwardAuth, 'peers'), problems);
  checkHeaders(valueAt(forwardAuth, 'headers'), problems);
  checkRoutes(valueAt(forwardAuth, 'routes'), problems);
}

function checkServiceUrl(url: Node | undefined, problems: Problems): void {
  if (!isString(url) || isServiceUrl(url.value)) return;
  const help = 'write an https: url without query and final slash, such as `https://pdp.example.com`';
  problems.add('invalid-value', url, `${quote(url.value)} is not where a service can be reached`, help);
}

function checkPeers(peers: Node | undefined, problems: Problems): void {
  for (const node of stringsAt(peers)) {
    if (!('invalid' in parsePeers([node.value]))) continue;
    const help = 'write `10.0.3.7`, `10.0.3.0/24`, `fd00::/8` or `unix`';
    problems.add('invalid-value', node, `${quote(node.value)} is not an address or a range of addresses`, help);
  }
}

function checkHeaders(headers: Node | undefined, problems: Problems): void {
  const given = Object.keys(DEFAULT_IDENTITY_HEADERS).flatMap((part) => {
    const node = valueAt(headers, part);
    return isString(node) ? [{ part, node }] : [];
  });
  const names = new Map<string, string>(Object.entries(DEFAULT_IDENTITY_HEADERS));
  for (const { part, node } of given) names.set(part, node.value);
  for (const { part, node } of given) {
    if (!isIdentityHeader(node.value)) {
      const help = 'proxies and services give it a meaning of their own; a name such as `X-Auth-Subject` has none';
      problems.add('invalid-value', node, `${quote(node.value)} cannot tell an identity`, help);
    }
    const other = [...names].find(([key, name]) => key !== part && name.toLowerCase() === node.value.toLowerCase());
    if (other === undefined) continue;
    problems.add('invalid-value', node, `${quote(node.value)} is the header of \`${other[0]}\` too`);
  }
}

function checkRoutes(routes: Node | undefined, problems: Problems): void {
  const nodes = routes?.kind === 'list' ? routes.items.slice(0, MOST_ROUTES) : [];
  const readable = nodes.filter((node) => isString(valueAt(node, 'path')));
  const compiled = compileMapping(readable.map(asRoute));
  if (!('faults' in compiled)) return;
  for (const { route, key, message, help } of compiled.faults) {
    const node = readable[route];
    problems.add('invalid-value', spanOf(node, key), message, help);
  }
}

/** As much of a route as is of the right type; the schema says what is wrong with the rest. */
function asRoute(node: Node): RouteMapping {
  const [path, resource] = [valueAt(node, 'path'), valueAt(node, 'resource')];
  const methods = valueAt(node, 'methods');
  return {
    path: isString(path) ? path.value : '',
    ...(methods?.kind === 'map' ? { methods: toValue(methods) as Readonly<Record<string, string>> } : {}),
    ...(isString(resource) ? { resource: resource.value } : {}),
    public: stringsAt(valueAt(node, 'public')).map(({ value }) => value),
  };
}

function spanOf(route: Node | undefined, key: string): Span {
  const entry = route?.kind === 'map' ? route.entries.find((one) => one.key === key) : undefined;
  if (entry === undefined) return route ?? { start: 0, end: 0 };
  return entry.value.kind === 'scalar' ? entry.value : entry.keySpan;
}

/** The names of all identity headers, those that are not given as they are by default. */
export function identityHeaders(given: Partial<IdentityHeaders> = {}): IdentityHeaders {
  return { ...DEFAULT_IDENTITY_HEADERS, ...given };
}

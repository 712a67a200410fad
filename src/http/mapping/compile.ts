import { isCanonicalPath } from '../../policy/glob/resource.ts';
import { readPathTemplate, relate, type TemplateSegment } from './template.ts';

/** What requests for some paths ask for. */
export interface RouteMapping {
  /** A template such as `/v1/secrets/{path+}`: `{name}` is one segment, `{name+}` at the end one or more. */
  readonly path: string;
  /** The action that each method asks for. Methods that are not named are denied. */
  readonly methods?: Readonly<Record<string, string>>;
  /** What it is asked on, such as `secret/{path}`. The action alone where left out. */
  readonly resource?: string;
  /** The name that the token must be for: one of the engine's audiences; any of them where left out. */
  readonly audience?: string;
  /** Methods that pass unasked, without an identity. */
  readonly public?: readonly string[];
}

/** Why a route is refused, and where in it: its index among the routes, and the key. */
export interface MappingFault {
  readonly route: number;
  readonly key: 'path' | 'resource' | 'public';
  readonly message: string;
  readonly help: string;
}

/** A piece of a resource: text, or the variable whose segments stand there. */
type ResourcePart = string | { readonly name: string };

/** A route that can be asked. */
export interface CompiledRoute {
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
  readonly methods: ReadonlyMap<string, string>;
  readonly passing: ReadonlySet<string>;
  readonly resource: readonly ResourcePart[] | undefined;
  readonly audience: string | undefined;
}

/** A tree of segments. Of the routes that match a path, the first one reached is the most specific. */
export interface RouteTree {
  readonly literals: Map<string, RouteTree>;
  one: RouteTree | undefined;
  rest: CompiledRoute | undefined;
  end: CompiledRoute | undefined;
}

/** Routes, ready to be asked by `mapRequest`. */
export interface Mapping {
  readonly root: RouteTree;
  readonly size: number;
}

/**
 * Compiles routes. Their order means nothing: of two that match one path, one must match all that the other does and
 * more, and the narrower one counts. Two of which neither is the narrower are refused, and two alike.
 */
export function compileMapping(
  routes: readonly RouteMapping[],
): Mapping | { readonly faults: readonly MappingFault[] } {
  const faults: MappingFault[] = [];
  const compiled: (CompiledRoute | undefined)[] = [];
  for (const [route, mapping] of routes.entries()) {
    const result = compileRoute(mapping);
    if ('message' in result) faults.push({ route, ...result });
    compiled.push('message' in result ? undefined : result);
  }
  faults.push(...ambiguities(compiled));
  if (faults.length > 0) return { faults };
  const root = emptyTree();
  for (const route of compiled) if (route !== undefined) plant(root, route);
  return { root, size: compiled.length };
}

function compileRoute(mapping: RouteMapping): CompiledRoute | Omit<MappingFault, 'route'> {
  const { path, methods = {}, audience, public: passing = [] } = mapping;
  const segments = readPathTemplate(path);
  if ('message' in segments) return { key: 'path', ...segments };
  const both = passing.find((method) => Object.hasOwn(methods, method));
  if (both !== undefined) {
    const help = 'a method asks for an action, or passes unasked';
    return { key: 'public', message: `\`${both}\` stands in \`methods\` too`, help };
  }
  const resource = mapping.resource === undefined ? undefined : resourceParts(mapping.resource, segments);
  if (resource !== undefined && 'message' in resource) return { key: 'resource', ...resource };
  return { path, segments, methods: new Map(Object.entries(methods)), passing: new Set(passing), resource, audience };
}

function resourceParts(
  resource: string,
  path: readonly TemplateSegment[],
): readonly ResourcePart[] | Pick<MappingFault, 'message' | 'help'> {
  const names = path.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  const parts: ResourcePart[] = [];
  for (const text of resource.split('/')) {
    const [, name] = /^\{([^{}]*)\}$/.exec(text) ?? [];
    if (name === undefined && /[{}]/.test(text)) {
      const help = 'write `secret/{path}`, with the name of a variable of the path';
      return { message: 'a variable must be a whole segment of the resource', help };
    }
    if (name !== undefined && !names.includes(name)) {
      const help = names.length === 0 ? 'the path has no variable' : `the path has ${names.join(', ')}`;
      return { message: `\`{${name}}\` is not a variable of the path`, help };
    }
    parts.push(name === undefined ? text : { name });
  }
  if (isCanonicalPath(resource)) return parts;
  const help = 'write segments joined by `/`, such as `secret/{path}`';
  return { message: 'the resource is not a canonical path', help };
}

function ambiguities(routes: readonly (CompiledRoute | undefined)[]): MappingFault[] {
  const faults: MappingFault[] = [];
  for (const [index, route] of routes.entries()) {
    for (const other of routes.slice(0, index)) {
      if (route === undefined || other === undefined) continue;
      const relation = relate(route.segments, other.segments);
      if (relation !== 'same' && relation !== 'crossing') continue;
      const message =
        relation === 'same'
          ? `\`${other.path}\` matches the same paths`
          : `some paths match \`${other.path}\` too, and neither is the narrower`;
      const help = relation === 'same' ? 'make one route of the two' : 'tell them apart by text in the same segment';
      faults.push({ route: index, key: 'path', message, help });
      break;
    }
  }
  return faults;
}

function plant(root: RouteTree, route: CompiledRoute): void {
  let tree = root;
  for (const segment of route.segments) {
    if ('rest' in segment) {
      tree.rest = route;
      return;
    }
    if ('literal' in segment) {
      const next = tree.literals.get(segment.literal) ?? emptyTree();
      tree.literals.set(segment.literal, next);
      tree = next;
    } else tree = tree.one ??= emptyTree();
  }
  tree.end = route;
}

function emptyTree(): RouteTree {
  return { literals: new Map(), one: undefined, rest: undefined, end: undefined };
}

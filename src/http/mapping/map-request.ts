import type { CompiledRoute, Mapping, RouteTree } from './compile.ts';
import { type PathFault, readPath } from './path.ts';

/** What a request asks for, in the words of the policy. */
export interface Asked {
  readonly action: string;
  readonly resource?: string;
  readonly audience?: string;
}

/** What a mapping makes of a request. */
export type Mapped =
  /** A token must be asked for this. */
  | { readonly kind: 'asks'; readonly route: string; readonly asked: Asked }
  /** It passes without a token. */
  | { readonly kind: 'passes'; readonly route: string }
  /** No route matches its path. */
  | { readonly kind: 'unmapped' }
  /** A route matches its path, but does not name its method. */
  | { readonly kind: 'method-unmapped'; readonly route: string }
  /** Its path is refused, whatever the routes. */
  | { readonly kind: 'refused'; readonly fault: PathFault };

/** The method and the target of a request, as they came: `GET`, `/v1/secrets/db?version=2`. */
export interface OriginalRequest {
  readonly method: string;
  readonly uri: string;
}

/**
 * Says what a request asks for. Total: whatever the strings, it answers. The narrowest route that matches the path alone
 * decides; methods are compared as they are written (RFC 9110, section 9.1).
 */
export function mapRequest({ root }: Mapping, { method, uri }: OriginalRequest): Mapped {
  const segments = readPath(uri);
  if (typeof segments === 'string') return { kind: 'refused', fault: segments };
  const route = find(root, segments, 0);
  if (route === undefined) return { kind: 'unmapped' };
  if (route.passing.has(method)) return { kind: 'passes', route: route.path };
  const action = route.methods.get(method);
  if (action === undefined) return { kind: 'method-unmapped', route: route.path };
  const { audience } = route;
  const resource = resourceOf(route, segments);
  return {
    kind: 'asks',
    route: route.path,
    asked: {
      action,
      ...(resource === undefined ? {} : { resource }),
      ...(audience === undefined ? {} : { audience }),
    },
  };
}

/** Text before `{name}` before `{name+}`: where two routes match and one is narrower, it is reached first. */
function find(tree: RouteTree, segments: readonly string[], at: number): CompiledRoute | undefined {
  const segment = segments[at];
  if (segment === undefined) return tree.end;
  const next = tree.literals.get(segment);
  const found = next && find(next, segments, at + 1);
  if (found !== undefined) return found;
  if (segment === '') return undefined;
  const one = tree.one && find(tree.one, segments, at + 1);
  return one ?? (segments.at(-1) === '' ? undefined : tree.rest);
}

function resourceOf({ resource, segments: template }: CompiledRoute, segments: readonly string[]): string | undefined {
  return resource
    ?.map((part) => {
      if (typeof part === 'string') return part;
      const at = template.findIndex((segment) => 'name' in segment && segment.name === part.name);
      const isRest = at === template.length - 1 && template.some((segment) => 'rest' in segment);
      return segments.slice(at, isRest ? undefined : at + 1).join('/');
    })
    .join('/');
}

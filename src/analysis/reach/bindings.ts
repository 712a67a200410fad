import { ANY_SEGMENTS, compileSegments } from '../../policy/glob/glob.ts';
import { type TemplateSegment, templateSegments, type Variable, variableName } from '../../policy/glob/template.ts';
import type { Demand } from './demand.ts';

/**
 * What the variables of a resource pattern must be for it to cover a resource: one list of demands for every way it can,
 * each way once. Empty where it cannot; one empty list where it always does.
 */
export function bindingsOf(pattern: string, resource: string): readonly (readonly Demand[])[] {
  const segments = templateSegments(pattern);
  if ('fault' in segments) throw new TypeError('analysis takes a policy that parsePolicy returned');
  const found = new Alignment(segments, resource.split('/')).from(0, 0);
  return found.some((bound) => bound.size === 0) ? [[]] : found.map((bound) => [...bound.values()]);
}

/** Demands by the names of their variables. */
type Bound = ReadonlyMap<string, Demand>;

/** The ways to lay a pattern's segments on those of a resource; each pair of places is looked at once. */
class Alignment {
  readonly #pattern: readonly TemplateSegment[];
  readonly #resource: readonly string[];
  readonly #known = new Map<string, readonly Bound[]>();

  constructor(pattern: readonly TemplateSegment[], resource: readonly string[]) {
    this.#pattern = pattern;
    this.#resource = resource;
  }

  from(at: number, i: number): readonly Bound[] {
    const place = `${at} ${i}`;
    const found = this.#known.get(place) ?? unique(this.#find(at, i));
    this.#known.set(place, found);
    return found;
  }

  #find(at: number, i: number): readonly Bound[] {
    const segment = this.#pattern[at];
    const value = this.#resource[i];
    if (segment === undefined) return value === undefined ? [new Map()] : [];
    if (segment === ANY_SEGMENTS) {
      const isLast = at === this.#pattern.length - 1;
      if (value === undefined) return [];
      return isLast ? [new Map()] : [...this.from(at + 1, i), ...this.from(at, i + 1)];
    }
    if (value === undefined) return [];
    if ('variable' in segment) return bind(segment.variable, value, this.from(at + 1, i + 1));
    return compileSegments([segment]).matches(value) ? this.from(at + 1, i + 1) : [];
  }
}

/** Adds a demand to each way that does not ask for another value of the same variable. */
function bind(variable: Variable, value: string, ways: readonly Bound[]): readonly Bound[] {
  const name = variableName(variable);
  const demand: Demand = { variable, is: { value } };
  return ways
    .filter((bound) => {
      const is = bound.get(name)?.is;
      return typeof is !== 'object' || is.value === value;
    })
    .map((bound) => new Map([...bound, [name, demand]]));
}

function unique(ways: readonly Bound[]): readonly Bound[] {
  const keyOf = (bound: Bound): string => JSON.stringify([...bound].sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...new Map(ways.map((bound) => [keyOf(bound), bound])).values()];
}

import { type ClaimTest, type ClaimValue, findClaim } from './claim-set.ts';

/** What is asked of one claim: all of some tests, none of others. */
export interface ClaimBounds {
  readonly all: readonly ClaimTest[];
  readonly none: readonly ClaimTest[];
}

/**
 * A value for every claim, by the JSON text of the steps to it. `none` is sure. A member is left out where it may be;
 * where it may not, what it is a member of holds members.
 */
export function findClaims(
  claims: ReadonlyMap<string, ClaimBounds>,
): ReadonlyMap<string, ClaimValue> | 'none' | 'undecided' {
  const found = new Map<string, ClaimValue>();
  let isUndecided = false;
  for (const [key, { all, none }] of withContainers(claims)) {
    const value = isMember(key) && mayBeAbsent({ all, none }) ? ABSENT : findClaim(all, none);
    if (value === 'none') return value;
    if (value === 'undecided') isUndecided = true;
    else found.set(key, value);
  }
  return isUndecided ? 'undecided' : found;
}

const ABSENT: ClaimValue = { value: undefined };

/** The claims, and what members that must be there ask of what they are in. From the outside inwards. */
function withContainers(claims: ReadonlyMap<string, ClaimBounds>): readonly (readonly [string, ClaimBounds])[] {
  const all = new Map(claims);
  for (const [key, bounds] of claims) {
    if (!isMember(key) || mayBeAbsent(bounds)) continue;
    const steps = stepsOf(key);
    for (const depth of steps.slice(1).keys()) {
      const outer = JSON.stringify(steps.slice(0, depth + 1));
      const known = all.get(outer) ?? { all: [], none: [] };
      all.set(outer, { ...known, all: [...known.all, holding(steps.slice(0, depth + 1), steps[depth + 1] ?? '')] });
    }
  }
  return [...all].sort(([a], [b]) => stepsOf(a).length - stepsOf(b).length);
}

function holding(steps: readonly string[], step: string): ClaimTest {
  const mayBeIndex = /^\d+$/.test(step);
  return {
    steps,
    matcher: { present: true },
    holds: (value) => typeof value === 'object' && value !== null && (mayBeIndex || !Array.isArray(value)),
    strings: 'none',
  };
}

function mayBeAbsent({ all, none }: ClaimBounds): boolean {
  return all.every(({ holds }) => holds(undefined)) && !none.some(({ holds }) => holds(undefined));
}

function isMember(key: string): boolean {
  return stepsOf(key).length > 1;
}

function stepsOf(key: string): readonly string[] {
  return JSON.parse(key) as readonly string[];
}

import type { ClaimCondition, Effect, Matcher, PositiveMatcher } from '../policy/policy.ts';
import { compileGlob, hasControl } from '../policy/glob/glob.ts';
import type { Claims } from '../policy/subject/scheme.ts';

/** A condition on one claim, ready to be asked. */
export interface CompiledClaim {
  /** Names the condition: `claims.` and the key as written. */
  readonly path: string;
  readonly expected: unknown;
  readonly holds: (value: unknown) => boolean;
  readonly steps: readonly string[];
}

export function compileClaim({ key, steps, matcher }: ClaimCondition, effect: Effect): CompiledClaim {
  return { path: `claims.${key}`, expected: written(matcher), holds: compileMatcher(matcher, effect), steps };
}

/** The value a pointer leads to: each step an own member, or an index of an array (RFC 6901, section 4). */
export function claimAt(claims: Claims, steps: readonly string[]): unknown {
  let value: unknown = claims;
  for (const step of steps) {
    if (Array.isArray(value)) value = /^(?:0|[1-9][0-9]*)$/.test(step) ? (value[Number(step)] as unknown) : undefined;
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step)) value = (value as Claims)[step];
    else return undefined;
  }
  return value;
}

/**
 * Whether a matcher recognises a value; `undefined` where it cannot judge such a value at all. That is a matter of type,
 * and for a glob of control characters too: no pattern can speak of them, so none can rule them out.
 */
type Judge = (value: unknown) => boolean | undefined;

/**
 * What is unknown never opens: a value that cannot be judged fails a matcher and, in an allow, its `not` too; in a
 * deny it satisfies `not`.
 */
function compileMatcher(matcher: Matcher, effect: Effect): (value: unknown) => boolean {
  if ('present' in matcher) return (value) => (value !== undefined && value !== null) === matcher.present;
  if (!('not' in matcher)) {
    const judge = compileJudge(matcher);
    return (value) => judge(value) === true;
  }
  const judge = compileJudge(matcher.not);
  return effect === 'allow' ? (value) => judge(value) === false : (value) => judge(value) !== true;
}

function compileJudge(matcher: PositiveMatcher): Judge {
  if ('oneOf' in matcher) {
    const values = new Set<unknown>(matcher.oneOf);
    const types = new Set(matcher.oneOf.map((value) => typeof value));
    return (value) => (isExact(value) && types.has(typeof value) ? values.has(value) : undefined);
  }
  if ('glob' in matcher) {
    const glob = compileGlob(matcher.glob);
    return (value) => (typeof value === 'string' && !hasControl(value) ? glob.matches(value) : undefined);
  }
  if ('contains' in matcher) {
    const wanted = matcher.contains;
    return (value) => (Array.isArray(value) ? wanted.every((scalar) => value.includes(scalar)) : undefined);
  }
  const wanted = matcher.containsAny;
  return (value) => (Array.isArray(value) ? wanted.some((scalar) => value.includes(scalar)) : undefined);
}

/** A scalar that is what its JSON text says: numbers from 2^53 on may have been rounded. */
function isExact(value: unknown): boolean {
  return typeof value !== 'number' || Math.abs(value) < 2 ** 53;
}

/** A matcher as the language writes it. */
function written(matcher: Matcher): unknown {
  if ('not' in matcher) return { not: written(matcher.not) };
  if ('oneOf' in matcher) return matcher.oneOf.length === 1 ? matcher.oneOf[0] : matcher.oneOf;
  return matcher;
}

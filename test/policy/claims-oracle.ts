/**
 * What a condition on a claim says, read off the words of the language: the part of the reference evaluator that knows
 * them. Shares no code with `src/`.
 */
import type { Claims, MatcherDoc, RuleDoc } from '../decision/arbitraries.ts';
import { globMatches } from './glob-oracle.ts';

/** A claim by name or by pointer (RFC 6901); `undefined` where there is none. */
export function find(claims: Claims, key: string): unknown {
  if (!key.startsWith('/')) return own(claims, key);
  let value: unknown = claims;
  for (const step of key.slice(1).split('/')) {
    const isStep = !Array.isArray(value) || /^(0|[1-9]\d*)$/.test(step);
    value = isStep ? own(value, step.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  }
  return value;
}

export function holds(matcher: MatcherDoc, value: unknown, effect: RuleDoc['effect']): boolean {
  if (typeof matcher !== 'object' || !('not' in matcher)) return match(matcher, value) === true;
  const inner = match(matcher.not, value);
  return inner === undefined ? effect === 'deny' : !inner;
}

/** `undefined` where the matcher cannot judge the value. */
function match(matcher: MatcherDoc, value: unknown): boolean | undefined {
  const isKnown = value !== undefined && value !== null;
  if (typeof matcher === 'object' && 'present' in matcher) return matcher.present === isKnown;
  if (typeof value === 'number' && Math.abs(value) >= 2 ** 53) return undefined;
  if (typeof matcher !== 'object' || Array.isArray(matcher)) {
    const isJudge = list(matcher).some((member) => typeof member === typeof value);
    return isJudge ? list(matcher).some((member) => member === value) : undefined;
  }
  if ('glob' in matcher) {
    return typeof value === 'string' && !/\p{Cc}/u.test(value) ? globMatches(matcher.glob, value) : undefined;
  }
  if ('not' in matcher || !Array.isArray(value)) return undefined;
  if ('contains' in matcher) return list(matcher.contains).every((member) => value.includes(member));
  return matcher.containsAny.some((member) => value.includes(member));
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const own = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Object.getOwnPropertyDescriptor(of, name)?.value : undefined;

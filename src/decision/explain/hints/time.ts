import type { TrustRule } from '../../../policy/policy.ts';
import type { Reason } from '../../reason.ts';
import { type Hint, hint } from './hint.ts';

/** A rule that is not in force: since when it is over, or from when it is. */
export function validityHints(valid: NonNullable<TrustRule['valid']>, now: number): readonly Hint[] {
  const { from = -Infinity, until = Infinity } = valid;
  if (now >= until) return [hint('rule-expired', { expected: until, actual: now })];
  if (now < from) return [hint('rule-not-yet-in-force', { expected: from, actual: now })];
  return [];
}

/** Past this many seconds a token is simply old, and no matter of clocks. */
const MINUTES = 300;
/** The year 5138 in seconds, and 1973 in milliseconds. */
const LATEST = 1e11;

/** Why the times of a token were refused. */
export function timeHints({ code, actual, expected: now }: Reason, clockSkew: number): readonly Hint[] {
  if (typeof actual !== 'number') return [];
  if (actual > LATEST) return [hint('time-in-milliseconds', { actual })];
  if (code !== 'token_expired' || typeof now !== 'number' || now - actual > MINUTES) return [];
  return [hint('expired-within-minutes', { expected: clockSkew, actual: Math.floor(now - actual) })];
}

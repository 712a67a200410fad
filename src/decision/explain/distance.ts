import { isSlip } from './hints/hint.ts';
import type { ConditionExplanation } from './explanation.ts';

/**
 * How far a token is from a rule: the sum over the conditions that fail, of 1 for one that fails by a slip (a hint says
 * that the two are the same but for case, a slash, a type, …) or for want of time, 8 for another issuer, 4 for a subject of another
 * organisation, 2 for any other; and of 1 where its grants do not cover what is asked. Rules at one distance are in the
 * order of their ids.
 */
export function distanceOf(
  conditions: readonly ConditionExplanation[],
  grants: ConditionExplanation | undefined,
): number {
  const failing = conditions.filter(({ status }) => status !== 'holds');
  const sum = failing.reduce((far, condition) => far + costOf(condition), 0);
  return sum + (grants === undefined || grants.status === 'holds' ? 0 : 1);
}

function costOf({ path, hints }: ConditionExplanation): number {
  if (isSlip(hints) || path === 'valid') return 1;
  if (path === 'issuer') return 8;
  return hints.some(({ code }) => code === 'another-organization') ? 4 : 2;
}

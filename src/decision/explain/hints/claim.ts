import type { ClaimCondition, Matcher, Scalar } from '../../../policy/policy.ts';
import type { Claims } from '../../../policy/subject/scheme.ts';
import { type Hint, hint } from './hint.ts';
import { textHints } from './text.ts';

/** Why a claim is not what a condition asks for. A `not` and `present` say all by themselves. */
export function claimHints({ key, matcher, steps }: ClaimCondition, actual: unknown, claims: Claims): readonly Hint[] {
  if (actual === undefined) return nameHints(key, steps, claims);
  const wanted = scalarsOf(matcher);
  if (wanted === undefined) return [];
  if ('contains' in matcher || 'containsAny' in matcher) {
    if (!Array.isArray(actual)) {
      return wanted.some((value) => value === actual)
        ? [hint('contains-needs-array', { actual })]
        : typeHints(actual, wanted);
    }
    return actual.flatMap((member) => memberHints(member, wanted)).slice(0, 1);
  }
  if (Array.isArray(actual)) {
    const found = wanted.find((value) => actual.includes(value));
    return found === undefined ? [] : [hint('array-needs-contains', { expected: found, actual })];
  }
  return memberHints(actual, wanted);
}

function memberHints(actual: unknown, wanted: readonly Scalar[]): readonly Hint[] {
  const byType = typeHints(actual, wanted);
  return byType.length > 0 ? byType : textHints(actual, wanted);
}

function typeHints(actual: unknown, wanted: readonly Scalar[]): readonly Hint[] {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof actual);
  const same = isScalar
    ? wanted.find((value) => typeof value !== typeof actual && String(value) === String(actual).toLowerCase().trim())
    : undefined;
  return same === undefined ? [] : [hint('wrong-type', { expected: same, actual })];
}

function nameHints(key: string, steps: readonly string[], claims: Claims): readonly Hint[] {
  if (steps.length !== 1) return [];
  const [slip] = textHints(steps[0], Object.keys(claims));
  return slip === undefined ? [] : [hint('claim-name-differs', { expected: key, actual: slip.expected })];
}

function scalarsOf(matcher: Matcher): readonly Scalar[] | undefined {
  if ('oneOf' in matcher) return matcher.oneOf;
  if ('contains' in matcher) return matcher.contains;
  return 'containsAny' in matcher ? matcher.containsAny : undefined;
}

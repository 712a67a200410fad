import type { ClaimCondition } from '../policy/policy.ts';
import type { Route } from '../policy/document/route.ts';

/** The top-level claim that a condition is about, whether it is written as a name or as a pointer. */
export function claimOf({ steps }: ClaimCondition): string | undefined {
  return steps.length === 1 ? steps[0] : undefined;
}

/** Whether a condition says which values will do, and not only that there is one, or which will not do. */
export function wantsValues({ matcher }: ClaimCondition): boolean {
  if ('glob' in matcher) return !/^[*/]*$/.test(matcher.glob);
  return 'oneOf' in matcher || 'contains' in matcher || 'containsAny' in matcher;
}

/** Where a rule names the claim. */
export function claimRoute(rule: string, { key }: ClaimCondition): Route {
  return { rule, path: ['when', 'claims', key], key: true };
}

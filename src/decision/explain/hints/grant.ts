import { compileGlob } from '../../../policy/glob/glob.ts';
import type { TrustRule } from '../../../policy/policy.ts';
import type { AskedGrant } from '../rule-conditions.ts';
import { type Hint, hint } from './hint.ts';
import { segmentHints } from './segments.ts';
import { textHints } from './text.ts';

/** More patterns than these are not compared. */
const MOST_PATTERNS = 64;

/** Why no grant of a rule covers what is asked. */
export function grantHints(
  { grants: written, effect }: TrustRule,
  asked: readonly AskedGrant[],
  { action, resource }: { readonly action: string; readonly resource?: string },
): readonly Hint[] {
  if (effect === 'deny') return [];
  if (written === undefined) return [hint('no-grants')];
  const unfilled = resourcesOf(written.filter((_, i) => asked[i]?.grant === undefined));
  const grants = asked.flatMap(({ grant }) => (grant === undefined ? [] : [grant]));
  const forAction = grants.filter(({ actions }) => actions.some((glob) => compileGlob(glob).matches(action)));
  const patterns = resourcesOf(forAction).slice(0, MOST_PATTERNS);
  if (forAction.length === 0) return actionHints(action, grants, unfilled);
  if (resource === undefined) return [hint('resource-needed', { expected: patterns[0] })];
  const near = [
    ...patterns.flatMap((pattern) => segmentHints(pattern, resource, (text) => (value) => compileGlob(text).matches(value))),
    ...patterns.filter((pattern) => compileGlob(pattern.toLowerCase()).matches(resource.toLowerCase()))
      .map((expected) => hint('case-differs', { expected, actual: resource })),
    ...textHints(resource, patterns),
    ...unfilledHints(unfilled),
  ]; // prettier-ignore
  return near.slice(0, 1);
}

function resourcesOf(grants: readonly { readonly resources?: readonly string[] }[]): readonly string[] {
  return grants
    .map(({ resources }) => resources)
    .filter((resources) => resources !== undefined)
    .flat();
}

function actionHints(
  action: string,
  grants: readonly { readonly actions: readonly string[] }[],
  unfilled: readonly string[],
): readonly Hint[] {
  const actions = [...new Set(grants.flatMap((grant) => grant.actions))];
  if (actions.length === 0) return unfilledHints(unfilled);
  const near = textHints(action, actions);
  return near.length > 0 ? near : [hint('action-not-granted', { expected: actions, actual: action })];
}

function unfilledHints([pattern]: readonly string[]): readonly Hint[] {
  return pattern === undefined ? [] : [hint('template-unfilled', { expected: pattern })];
}

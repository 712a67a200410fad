import type { DecisionRequest } from '../../decision/decision.ts';
import { ANY_SEGMENTS, compileGlob } from '../../policy/glob/glob.ts';
import { hasTemplate, templateSegments, type Variable } from '../../policy/glob/template.ts';
import type { Effect, GrantPattern, TrustRule } from '../../policy/policy.ts';
import { grantSet, onlyRequest, requestSet } from '../request-set.ts';
import type { WordSet } from '../word-set.ts';
import { bindingsOf } from './bindings.ts';
import type { Demand } from './demand.ts';

/** Requests of which a rule speaks to the tokens that meet some demands. */
export interface Spoken {
  readonly demands: readonly Demand[];
  /** With a mark for every template. */
  readonly sure: WordSet;
  /** With any segment for every template. */
  readonly possible: WordSet;
  /** The grant they are of, where that matters. */
  readonly grant?: GrantPattern;
}

export type Target = Pick<DecisionRequest, 'action' | 'resource'>;

/** Asked once for many rules: for whom a rule speaks of one request. */
export function speakersOf(target: Target): (rule: TrustRule) => readonly Spoken[] {
  const request = onlyRequest(target);
  return (rule) => demandsFor(rule, target).map((demands) => ({ demands, sure: request, possible: request }));
}

const nothingNamed: WordSet = onlyRequest({});
/** Plain access, and nothing else. */
export const plainAccess: Spoken = { demands: [], sure: nothingNamed, possible: nothingNamed };

/** What a grant of an allow gives: apart for each resource pattern, since each has templates of its own. */
export function givenBy(grant: GrantPattern): readonly Spoken[] {
  const { actions, resources } = grant;
  if (resources === undefined) return [spokenOf(grant, 'allow', [])];
  return resources.map((pattern) =>
    spokenOf(
      { actions, resources: [pattern] },
      'allow',
      variablesOf(pattern).map((variable) => ({ variable, is: 'fillable' })),
    ),
  );
}

/** All that a deny takes away: what its grants say, and everything where one of them cannot be filled in. */
export function takenBy(rule: TrustRule): readonly Spoken[] {
  if (rule.grants === undefined) {
    const { sure } = requestSet(rule);
    return [{ demands: [], sure, possible: sure }];
  }
  return rule.grants.flatMap((grant) => {
    const everything = grantSet({ actions: grant.actions }, 'deny', 'mark');
    const unfilled = (grant.resources ?? []).flatMap(variablesOf).map((variable): Spoken => ({
      demands: [{ variable, is: 'unfillable' }],
      sure: everything,
      possible: everything,
      grant,
    }));
    return [spokenOf(grant, 'deny', []), ...unfilled];
  });
}

function spokenOf(grant: GrantPattern, effect: Effect, demands: readonly Demand[]): Spoken {
  // What a deny does where a template cannot be filled in stands apart.
  const reader = grant.resources === undefined ? effect : 'allow';
  return { demands, grant, sure: grantSet(grant, reader, 'mark'), possible: grantSet(grant, reader, 'any-segment') };
}

/** What a token must say, one way or another, for a rule to speak of a request; one that is empty says it always does. */
function demandsFor(rule: TrustRule, target: Target): readonly (readonly Demand[])[] {
  const { effect, grants } = rule;
  const always = [[]];
  if (target.action === undefined) return effect === 'allow' || grants === undefined ? always : [];
  if (grants === undefined) return effect === 'deny' ? always : [];
  const ways = grants.flatMap((grant) => grantDemands(grant, rule, target));
  return ways.some((demands) => demands.length === 0) ? always : ways;
}

function grantDemands(
  { actions, resources }: GrantPattern,
  { effect }: TrustRule,
  { action = '', resource }: Target,
): readonly (readonly Demand[])[] {
  if (!actions.some((pattern) => compileGlob(pattern).matches(action))) return [];
  if (resources === undefined) return effect === 'deny' || resource === undefined ? [[]] : [];
  if (resource === undefined) return [];
  const bound = resources.flatMap((pattern) => bindingsOf(pattern, resource));
  if (effect === 'allow') return bound;
  return [...bound, ...resources.flatMap(variablesOf).map((variable): Demand[] => [{ variable, is: 'unfillable' }])];
}

function variablesOf(pattern: string): readonly Variable[] {
  if (!hasTemplate(pattern)) return [];
  const segments = templateSegments(pattern);
  if ('fault' in segments) throw new TypeError('analysis takes a policy that parsePolicy returned');
  return segments.flatMap((segment) => (segment !== ANY_SEGMENTS && 'variable' in segment ? [segment.variable] : []));
}

import { ANY_SEGMENTS, compileGlob, compileSegments, type Glob, type GlobSegment } from '../policy/glob/glob.ts';
import { isFillable } from '../policy/glob/resource.ts';
import {
  hasTemplate,
  readPattern,
  type TemplateSegment,
  templateSegments,
  writePattern,
} from '../policy/glob/template.ts';
import type { Effect, GrantPattern } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import { type Claims, ownClaim } from '../policy/subject/scheme.ts';
import type { Grant } from './decision.ts';

/** A grant whose templates are filled in, ready to be asked. */
export interface FilledGrant {
  readonly grant: Grant;
  readonly covers: (action: string, resource: string | undefined) => boolean;
}

/**
 * Fills a grant in for one principal. What cannot be filled in gives nothing: an allow loses that pattern (`undefined`
 * where none is left), a deny is then for every resource.
 */
export type CompiledGrant = (principal: Principal, claims: Claims) => FilledGrant | undefined;

/** Compiles a grant; one without templates is filled in here, once for all. */
export function compileGrant(pattern: GrantPattern, effect: Effect, rule: string): CompiledGrant {
  const { resources } = pattern;
  const actions = Object.freeze([...pattern.actions]);
  const actionGlobs = actions.map(compileGlob);
  if (resources === undefined) {
    const always = { grant: Object.freeze({ actions, rule }), covers: coverage(actionGlobs, undefined, effect) };
    return () => always;
  }
  if (!resources.some(hasTemplate)) {
    const grant = Object.freeze({ actions, resources: Object.freeze([...resources]), rule });
    const always = { grant, covers: coverage(actionGlobs, resources.map(compileGlob), effect) };
    return () => always;
  }
  const patterns = resources.map(segmentsOfPattern);
  const filled = (segments: readonly (readonly GlobSegment[])[]): FilledGrant => ({
    grant: Object.freeze({ actions, resources: Object.freeze(segments.map(writePattern)), rule }),
    covers: coverage(actionGlobs, segments.map(compileSegments), effect),
  });
  const everywhere = filled([[ANY_SEGMENTS]]);
  return (principal, claims) => {
    const known = patterns
      .map((pattern) => fill(pattern, principal, claims))
      .filter((pattern) => pattern !== undefined);
    if (effect === 'deny' && known.length < patterns.length) return everywhere;
    return known.length === 0 ? undefined : filled(known);
  };
}

/** Makes a grant of an earlier decision ready to be asked again. */
export function reviveGrant(grant: Grant, effect: Effect): FilledGrant {
  const resources = grant.resources?.map((resource) => compileSegments(readPattern(resource)));
  return { grant, covers: coverage(grant.actions.map(compileGlob), resources, effect) };
}

/**
 * A grant with resources covers its actions on those, and only requests that name one. Without, an allow covers
 * its actions where no resource is named, a deny everywhere.
 */
function coverage(
  actions: readonly Glob[],
  resources: readonly Glob[] | undefined,
  effect: Effect,
): FilledGrant['covers'] {
  return (action, resource) => {
    if (!actions.some((glob) => glob.matches(action))) return false;
    if (resources === undefined) return effect === 'deny' || resource === undefined;
    return resource !== undefined && resources.some((glob) => glob.matches(resource));
  };
}

function segmentsOfPattern(pattern: string): readonly TemplateSegment[] {
  const segments = templateSegments(pattern);
  if ('fault' in segments) throw new TypeError('compilePolicy takes a policy that parsePolicy returned');
  return segments;
}

function fill(
  pattern: readonly TemplateSegment[],
  principal: Principal,
  claims: Claims,
): readonly GlobSegment[] | undefined {
  const segments: GlobSegment[] = [];
  for (const segment of pattern) {
    if (segment === ANY_SEGMENTS || !('variable' in segment)) {
      segments.push(segment);
      continue;
    }
    const { variable } = segment;
    const value =
      'claim' in variable
        ? ownClaim(claims, variable.claim)
        : principal.segments.find(({ kind }) => kind === variable.segment)?.id;
    if (!isFillable(value)) return undefined;
    segments.push({ literal: value });
  }
  return segments;
}

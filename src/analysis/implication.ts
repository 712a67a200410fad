import type { Box, IssuerPart } from './box.ts';
import { type ClaimTest, findClaim } from './claim-set.ts';
import { mayApply } from './overlap.ts';
import { isPrincipalSubset, samplePrincipal } from './principal-set.ts';
import { coversRequests } from './request-set.ts';

export type Answer = boolean | 'undecided';

/**
 * Whether every token that meets the conditions of `a` meets those of `b`, at every time. `true` is sure; `false` says
 * that the sets have a token of `a` that misses `b`, and is not said where claims depend on each other or on the path.
 */
export function implies(a: Box, b: Box): Answer {
  const answer = every(
    () => b.from <= a.from && a.until <= b.until,
    () =>
      every(
        ...[...a.parts].map(
          ([name, part]) =>
            () =>
              impliesPart(part, b.parts.get(name)),
        ),
      ),
    () =>
      every(
        ...[...b.claims].map(
          ([key, tests]) =>
            () =>
              impliesClaim(a.claims.get(key) ?? [], tests),
        ),
      ),
  );
  if (answer !== false) return answer;
  if (!mayApply(a)) return true;
  return isProduct(a) && isProduct(b) ? false : 'undecided';
}

/** Whether `b` gives, or takes away, all the requests that `a` does, as far as both match. */
export function covers(a: Box, b: Box): Answer {
  return coversRequests(a.requests, b.requests);
}

function impliesPart(a: IssuerPart, b: IssuerPart | undefined): Answer {
  if (a.audiences.size === 0) return true;
  if (b === undefined || ![...a.audiences].every((name) => b.audiences.has(name))) {
    return a.principals !== undefined && samplePrincipal(a.principals) === 'none';
  }
  if (a.principals === undefined || b.principals === undefined) return 'undecided';
  return isPrincipalSubset(a.principals, b.principals);
}

function impliesClaim(a: readonly ClaimTest[], b: readonly ClaimTest[]): Answer {
  return every(
    ...b.map((test) => (): Answer => {
      const counterexample = findClaim(a, [test]);
      return counterexample === 'none' || (counterexample === 'undecided' ? 'undecided' : false);
    }),
  );
}

/** The conjunction of questions, asked only until one is answered no. */
function every(...questions: readonly (() => Answer)[]): Answer {
  let answer: Answer = true;
  for (const question of questions) {
    const next = question();
    if (next === false) return false;
    if (next === 'undecided') answer = next;
  }
  return answer;
}

/** Whether what a rule asks of one claim says nothing of another, nor of the path. */
function isProduct({ claims, parts }: Box): boolean {
  const named = [...claims.values()].flat().map(({ steps }) => steps);
  const usesClaimsAsPath = [...parts.values()].some(({ issuer }) => issuer.subject.includes('gitpod-v3'));
  return named.every((steps) => steps.length === 1 && !(usesClaimsAsPath && steps[0] === 'runner_id'));
}

import type { Policy } from '../../policy/policy.ts';
import { sampleOf } from '../region.ts';
import type { Invariant, InvariantAnswer } from './invariant.ts';
import { type Finding, Search } from './search.ts';
import { setsOf } from './token-set.ts';

/**
 * Whether an invariant holds of every token that verifies, and of every request a glob could match, at every time. Rules
 * in audit mode decide nothing. A request that names an audience is as a token for that audience only.
 */
export function proveInvariant(policy: Policy, invariant: Invariant): InvariantAnswer {
  const search = new Search(invariant, policy);
  const found = invariant.demand === 'never' ? search.among('allow') : findDenied(search);
  if (found === 'none') return { outcome: 'proven' };
  if (found === 'undecided') return { outcome: 'undecided', rules: search.lost };
  return { outcome: 'refuted', counterexample: found };
}

/** Whether surely no token and request is what an invariant is about, so that it says nothing. */
export function isVacuous(policy: Policy, invariant: Invariant): boolean {
  return setsOf(invariant, policy).every(({ region }) => sampleOf(region) === 'none');
}

/** Denied by a rule, or for want of one. */
function findDenied(search: Search): Finding {
  const denied = search.among('deny');
  if (typeof denied !== 'string') return denied;
  const unspoken = search.beside();
  return unspoken === 'none' ? denied : unspoken;
}

import { mutantsOf } from '../../suite/mutation/mutants.ts';
import { runMutants } from '../../suite/mutation/run-mutants.ts';
import { type Mutation, type RunOfPolicy, tallyMutants } from '../../suite/mutation/tally-mutants.ts';
import type { PolicyUnderTest } from './cover-policies.ts';

/** Holds the mutants of all policies against their cases; `tell` hears after each how many of how many are done. */
export function mutationOf(
  policies: readonly PolicyUnderTest[],
  tell: (done: number, total: number) => void,
): Mutation {
  const total = policies.reduce((sum, { policy }) => sum + mutantsOf(policy).length, 0);
  const runs: RunOfPolicy[] = [];
  for (const { policy, cases } of policies) {
    for (const run of runMutants(cases, policy)) {
      runs.push({ policy, run });
      tell(runs.length, total);
    }
  }
  return tallyMutants(runs);
}

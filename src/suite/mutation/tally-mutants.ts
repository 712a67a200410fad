import type { Difference } from '../../analysis/index.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Mutant } from './mutants.ts';
import type { MutantRun } from './run-mutants.ts';

/** What came of the mutants of all policies. Killed and surviving ones count; of the others no case could tell. */
export interface Mutation {
  readonly killed: number;
  /** In the order of the policies. */
  readonly survivors: readonly Survivor[];
  readonly equivalent: number;
  readonly undecided: number;
}

/** A mutant that no case notices, and an example that would. */
export interface Survivor {
  readonly policy: Policy;
  readonly mutant: Mutant;
  readonly difference: Difference;
}

export interface RunOfPolicy {
  readonly policy: Policy;
  readonly run: MutantRun;
}

/** Mutants of a rule at one place are one mutant, in however many policies it is: what notices it in one will do. */
export function tallyMutants(runs: readonly RunOfPolicy[]): Mutation {
  const found = new Map<string, RunOfPolicy>();
  for (const one of runs) {
    const key = keyOf(one.run.mutant);
    const known = found.get(key);
    if (known === undefined || rankOf(one) < rankOf(known)) found.set(key, one);
  }
  const all = [...found.values()];
  const count = (outcome: MutantRun['outcome']): number => all.filter(({ run }) => run.outcome === outcome).length;
  const survivors = all.flatMap(({ policy, run }) =>
    run.outcome === 'survived' ? [{ policy, mutant: run.mutant, difference: run.difference }] : [],
  );
  return { killed: count('killed'), survivors, equivalent: count('equivalent'), undecided: count('undecided') };
}

/** How many percent of the mutants that count are killed; 100 where there is none. */
export function scoreOf({ killed, survivors }: Mutation): number {
  const counted = killed + survivors.length;
  return counted === 0 ? 100 : (killed * 100) / counted;
}

const RANK = { killed: 0, survived: 1, undecided: 2, equivalent: 3 } as const;

function rankOf({ run }: RunOfPolicy): number {
  return RANK[run.outcome];
}

function keyOf({ at: { file, line, column }, operator, mutated }: Mutant): string {
  return JSON.stringify([file, line, column, operator, mutated]);
}

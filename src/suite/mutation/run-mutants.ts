import { type Difference, differenceOf } from '../../analysis/index.ts';
import { compilePolicy } from '../../decision/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { runCase } from '../run-suite.ts';
import type { TestCase } from '../suite.ts';
import { ConcernedCases } from './concerned-cases.ts';
import { type Mutant, mutantsOf, mutatedPolicy } from './mutants.ts';

/**
 * What came of one mutant. It is killed by a case; it survives what it is shown to decide otherwise; it is equivalent to
 * the policy where it surely decides all alike; and undecided where neither could be shown.
 */
export type MutantRun = { readonly mutant: Mutant } & (
  | { readonly outcome: 'killed'; readonly by: TestCase }
  | { readonly outcome: 'survived'; readonly difference: Difference }
  | { readonly outcome: 'equivalent' | 'undecided' }
);

/**
 * Holds every mutant of a policy against the cases that pass on the policy itself; a mutant is killed by the first that
 * fails. Yields as it goes, since there may be thousands. Only cases that a mutant can change are decided again.
 */
export function* runMutants(cases: readonly TestCase[], policy: Policy): Generator<MutantRun, void> {
  const compiled = compilePolicy(policy);
  const passing = cases.filter((one) => runCase(one, compiled).passed);
  const concerned = new ConcernedCases(
    policy,
    compiled,
    passing.filter((one) => !asksReasons(one)),
  );
  const wholly = passing.filter(asksReasons);
  for (const mutant of mutantsOf(policy)) {
    const killedBy = killerOf(mutant, concerned) ?? killerAmong(wholly, () => mutatedPolicy(policy, mutant));
    yield killedBy === undefined ? survivorOf(mutant, policy) : { mutant, outcome: 'killed', by: killedBy };
  }
}

function survivorOf(mutant: Mutant, policy: Policy): MutantRun {
  const difference = differenceOf(policy, mutant.rule, mutant.mutated);
  if (typeof difference !== 'string') return { mutant, outcome: 'survived', difference };
  return { mutant, outcome: difference === 'none' ? 'equivalent' : 'undecided' };
}

/** Reasons tell how near rules came that do not apply, so they depend on the whole policy. */
function asksReasons({ expected }: TestCase): boolean {
  return expected.reasons !== undefined;
}

function killerOf(mutant: Mutant, concerned: ConcernedCases): TestCase | undefined {
  for (const { cases, policy } of concerned.of(mutant)) {
    const killer = killerAmong(cases, () => policy);
    if (killer !== undefined) return killer;
  }
  return undefined;
}

function killerAmong(cases: readonly TestCase[], policyOf: () => Policy): TestCase | undefined {
  if (cases.length === 0) return undefined;
  const compiled = compilePolicy(policyOf());
  return cases.find((one) => !runCase(one, compiled).passed);
}

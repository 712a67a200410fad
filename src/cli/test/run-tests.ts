import { type CompiledPolicy, compilePolicy } from '../../decision/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { runInvariant } from '../../suite/run-invariant.ts';
import { runCase } from '../../suite/run-suite.ts';
import type { TestReport } from '../../suite/test-report.ts';
import type { LoadedSuite } from './load-suites.ts';

/** The suites with the cases and invariants whose name has a text in it, in whatever case; without those that have none. */
export function filterSuites(suites: readonly LoadedSuite[], text: string): readonly LoadedSuite[] {
  const wanted = text.toLowerCase();
  return suites.flatMap((loaded) => {
    const { suite } = loaded;
    const isWanted = ({ name }: { readonly name: string }): boolean => name.toLowerCase().includes(wanted);
    const cases = suite.cases.filter(isWanted);
    const invariants = suite.invariants.filter(isWanted);
    return cases.length + invariants.length === 0 ? [] : [{ ...loaded, suite: { ...suite, cases, invariants } }];
  });
}

/** Runs all cases and invariants; `tell` hears after each how many of how many are done. */
export function runTests(suites: readonly LoadedSuite[], tell: (done: number, total: number) => void): TestReport {
  const compiled = new Map<Policy, CompiledPolicy>();
  const total = suites.reduce((sum, { suite }) => sum + suite.cases.length + suite.invariants.length, 0);
  let done = 0;
  return {
    suites: suites.map(({ suite, policy }) => {
      const { file } = suite;
      const ready = compiled.get(policy) ?? compilePolicy(policy);
      compiled.set(policy, ready);
      const told = <Result>(result: Result): Result => {
        tell(++done, total);
        return result;
      };
      const results = suite.cases.map((one) => told(runCase(one, ready)));
      const invariants = suite.invariants.map((one) => told(runInvariant(one, policy)));
      return { file, policy, results, invariants };
    }),
  };
}

import { type CompiledPolicy, compilePolicy } from '../../decision/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { runCase } from '../../suite/run-suite.ts';
import type { TestReport } from '../../suite/test-report.ts';
import type { LoadedSuite } from './load-suites.ts';

/** The suites with the cases whose name has a text in it, in whatever case; without those that have none. */
export function filterSuites(suites: readonly LoadedSuite[], text: string): readonly LoadedSuite[] {
  const wanted = text.toLowerCase();
  return suites.flatMap((loaded) => {
    const { suite } = loaded;
    const cases = suite.cases.filter(({ name }) => name.toLowerCase().includes(wanted));
    return cases.length === 0 ? [] : [{ ...loaded, suite: { ...suite, cases } }];
  });
}

/** Runs all cases; `tell` hears after each how many of how many are done. */
export function runTests(suites: readonly LoadedSuite[], tell: (done: number, total: number) => void): TestReport {
  const compiled = new Map<Policy, CompiledPolicy>();
  const total = suites.reduce((sum, { suite }) => sum + suite.cases.length, 0);
  let done = 0;
  return {
    suites: suites.map(({ suite: { file, cases }, policy }) => {
      const ready = compiled.get(policy) ?? compilePolicy(policy);
      compiled.set(policy, ready);
      const results = cases.map((one) => {
        const result = runCase(one, ready);
        tell(++done, total);
        return result;
      });
      return { file, policy, results };
    }),
  };
}

import type { Policy } from '../../policy/policy.ts';
import type { Coverage } from '../../suite/coverage/coverage.ts';
import { type CoveredPolicy, measureCoverage } from '../../suite/coverage/measure-coverage.ts';
import { mergeCoverage } from '../../suite/coverage/merge-coverage.ts';
import type { TestCase } from '../../suite/suite.ts';
import type { LoadedSuite } from './load-suites.ts';

/** A policy with the cases of all suites that are about it. */
export interface PolicyUnderTest extends CoveredPolicy {
  readonly cases: readonly TestCase[];
}

export function policiesUnderTest(suites: readonly LoadedSuite[]): readonly PolicyUnderTest[] {
  const found = new Map<Policy, PolicyUnderTest>();
  for (const { policy, documents, suite } of suites) {
    const cases = [...(found.get(policy)?.cases ?? []), ...suite.cases];
    found.set(policy, { policy, documents, cases });
  }
  return [...found.values()];
}

/** How much of all the policies all the cases reach. */
export function coverageOf(policies: readonly PolicyUnderTest[]): Coverage {
  return mergeCoverage(policies.map((tested) => measureCoverage(tested, tested.cases)));
}

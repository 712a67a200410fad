import { expect, test } from '@jest/globals';
import { coverageOf, policiesUnderTest } from '../../src/cli/test/cover-policies.ts';
import { type LoadedSuite, loadSuites } from '../../src/cli/test/load-suites.ts';
import { mutationOf } from '../../src/cli/test/mutate-policies.ts';
import { runTests } from '../../src/cli/test/run-tests.ts';
import { decidingRules } from '../../src/suite/run-suite.ts';
import { summaryOf } from '../../src/suite/test-report.ts';

async function suitesOfPolicies(): Promise<readonly LoadedSuite[]> {
  let said = '';
  const err = {
    color: false,
    interactive: false,
    paint: (_: string, text: string) => text,
    write: (text: string) => void (said += text),
  };
  const suites = await loadSuites(['policies'], { out: err, err });
  expect(said).toBe('');
  return suites ?? [];
}

test('the policies in policies/ pass their tests, in which every rule decides something', async () => {
  const suites = await suitesOfPolicies();
  const report = runTests(suites, () => undefined);
  expect(summaryOf(report)).toMatchObject({ failed: 0, files: 3 });
  const deciding = report.suites.flatMap(({ results }) => results.flatMap(({ decision }) => decidingRules(decision)));
  const [first] = suites;
  expect([...new Set(deciding)].sort()).toEqual(first?.policy.rules.map(({ id }) => id).sort());
});

test('the tests in policies/ reach all of the policies', async () => {
  const suites = await suitesOfPolicies();
  const { rules, total } = coverageOf(policiesUnderTest(suites));
  expect(rules.flatMap(({ items }) => items.filter(({ cases }) => cases === 0))).toEqual([]);
  expect(total.percent).toBe(100);
});

test('the tests in policies/ notice every mutant of the policies', async () => {
  const suites = await suitesOfPolicies();
  const { survivors, killed } = mutationOf(policiesUnderTest(suites), () => undefined);
  expect(survivors.map(({ mutant: { rule, description } }) => [rule.id, description])).toEqual([]);
  expect(killed).toBeGreaterThan(40);
});

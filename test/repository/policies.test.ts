import { expect, test } from '@jest/globals';
import { loadSuites } from '../../src/cli/test/load-suites.ts';
import { runTests } from '../../src/cli/test/run-tests.ts';
import { decidingRules } from '../../src/suite/run-suite.ts';
import { summaryOf } from '../../src/suite/test-report.ts';

test('the policies in policies/ pass their tests, in which every rule decides something', async () => {
  const { suites, diagnostics } = await loadSuites(['policies']);
  expect(diagnostics).toEqual([]);
  const report = runTests(suites, () => undefined);
  expect(summaryOf(report)).toMatchObject({ failed: 0, files: 3 });
  const deciding = report.suites.flatMap(({ results }) => results.flatMap(({ decision }) => decidingRules(decision)));
  const [first] = suites;
  expect([...new Set(deciding)].sort()).toEqual(first?.policy.rules.map(({ id }) => id).sort());
});

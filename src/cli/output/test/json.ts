import { type SuiteReport, summaryOf, type TestReport } from '../../../suite/test-report.ts';
import { formatJson } from '../json.ts';

/** JSON under `schemas/test-output.schema.json`. */
export function formatTestJson(report: TestReport): string {
  const { coverage } = report;
  return `${formatJson({
    version: 1,
    suites: report.suites.map(suiteAsJson),
    summary: summaryOf(report),
    ...(coverage === undefined ? {} : { coverage: coverage.coverage }),
  })}\n`;
}

function suiteAsJson({ file, results }: SuiteReport): object {
  const cases = results.map(({ case: { name, at, expected }, passed, differences, decision }) => ({
    name,
    at,
    passed,
    expected,
    differences,
    decision,
  }));
  return { file, cases };
}

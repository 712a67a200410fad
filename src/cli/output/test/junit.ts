import type { InvariantResult } from '../../../suite/run-invariant.ts';
import type { CaseResult } from '../../../suite/run-suite.ts';
import type { TestCase } from '../../../suite/suite.ts';
import { summaryOf, type SuiteReport, type TestReport } from '../../../suite/test-report.ts';
import { paintWith } from '../paint.ts';
import { xmlText } from '../xml-text.ts';
import { describeInvariant } from './invariant.ts';
import { why } from './why.ts';

/** JUnit XML: a suite per file, a test per case and per invariant. */
export function formatJunit(report: TestReport): string {
  const { passed, failed } = summaryOf(report);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="countersign test" tests="${String(passed + failed)}" failures="${String(failed)}" errors="0">\n`,
    ...report.suites.map(formatSuite),
    '</testsuites>\n',
  ].join('');
}

function formatSuite(suite: SuiteReport): string {
  const { passed, failed } = summaryOf({ suites: [suite] });
  const count = `tests="${String(passed + failed)}" failures="${String(failed)}" errors="0" skipped="0"`;
  const cases = [
    ...suite.results.map((result) => formatCase(result, suite)),
    ...suite.invariants.map((result) => formatInvariant(result, suite.file)),
  ];
  return `  <testsuite name="${xmlText(suite.file)}" ${count}>\n${cases.join('')}  </testsuite>\n`;
}

function formatCase(result: CaseResult, { file, policy }: SuiteReport): string {
  const { passed, differences } = result;
  if (passed) return testCase(result.case, file);
  const text = [...differences, ...why(result, policy, paintWith(false)).split('\n')];
  return testCase(result.case, file, { message: differences.join('; '), text });
}

function formatInvariant(result: InvariantResult, file: string): string {
  if (result.passed) return testCase(result.invariant, file);
  const text = describeInvariant(result);
  return testCase(result.invariant, file, { message: text[0] ?? '', text });
}

function testCase(
  { name, at }: Pick<TestCase, 'name' | 'at'>,
  file: string,
  failed?: { readonly message: string; readonly text: readonly string[] },
): string {
  const open = `    <testcase name="${xmlText(name)}" classname="${xmlText(file)}"`;
  if (failed === undefined) return `${open}/>\n`;
  const lines = [`${at.file}:${String(at.line)}:${String(at.column)}`, ...failed.text].map(xmlText).join('\n');
  const failure = `<failure type="failure" message="${xmlText(failed.message)}">${lines}</failure>`;
  return `${open}>\n      ${failure}\n    </testcase>\n`;
}

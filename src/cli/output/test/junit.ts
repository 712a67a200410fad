import type { CaseResult } from '../../../suite/run-suite.ts';
import { summaryOf, type SuiteReport, type TestReport } from '../../../suite/test-report.ts';
import { paintWith } from '../paint.ts';
import { xmlText } from '../xml-text.ts';
import { why } from './why.ts';

/** JUnit XML: a suite per file, a test per case. */
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
  const cases = suite.results.map((result) => formatCase(result, suite));
  return `  <testsuite name="${xmlText(suite.file)}" ${count}>\n${cases.join('')}  </testsuite>\n`;
}

function formatCase(result: CaseResult, { file, policy }: SuiteReport): string {
  const { name, at } = result.case;
  const open = `    <testcase name="${xmlText(name)}" classname="${xmlText(file)}"`;
  if (result.passed) return `${open}/>\n`;
  const text = [
    `${at.file}:${String(at.line)}:${String(at.column)}`,
    ...result.differences,
    ...why(result, policy, paintWith(false)).split('\n'),
  ];
  const message = xmlText(result.differences.join('; '));
  const failure = `<failure type="failure" message="${message}">${text.map(xmlText).join('\n')}</failure>`;
  return `${open}>\n      ${failure}\n    </testcase>\n`;
}

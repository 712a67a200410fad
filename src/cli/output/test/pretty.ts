import { visible } from '../../../policy/quote.ts';
import type { CaseResult } from '../../../suite/run-suite.ts';
import type { SuiteReport, TestReport } from '../../../suite/test-report.ts';
import { type Paint, paintWith } from '../paint.ts';
import type { FormatOptions } from '../write-targets.ts';
import { reportCoverage } from './report-coverage.ts';
import { reportMutation } from './survivors.ts';
import { why } from './why.ts';

/** A line for each file, and below it each case that failed: what was expected, what came, and why. Then coverage and mutants. */
export function formatPretty({ suites, coverage, mutation }: TestReport, { color }: FormatOptions): string {
  const paint = paintWith(color);
  const results = suites.map((suite) => formatSuite(suite, paint));
  const covered = coverage === undefined ? [] : [reportCoverage(coverage.coverage, { ...coverage, paint }).text];
  const mutants = mutation === undefined ? [] : [reportMutation(mutation.mutation, paint)];
  return [results.join(''), ...covered, ...mutants].join('\n');
}

function formatSuite({ file, policy, results }: SuiteReport, paint: Paint): string {
  const failed = results.filter(({ passed }) => !passed);
  const count = `${String(results.length)} case${results.length === 1 ? '' : 's'}`;
  if (failed.length === 0) return `${paint('good', 'PASS')}  ${visible(file)}  ${paint('faint', count)}\n`;
  const head = `${paint('bad', 'FAIL')}  ${visible(file)}  ${String(failed.length)} of ${count}\n\n`;
  return head + failed.map((result) => formatFailure(result, why(result, policy, paint), paint)).join('');
}

function formatFailure({ case: { name, at }, differences }: CaseResult, reasons: string, paint: Paint): string {
  const place = `${at.file}:${String(at.line)}:${String(at.column)}`;
  return [
    `  ${paint('strong', visible(name))}  ${paint('faint', visible(place))}`,
    ...differences.map((difference) => `    ${difference}`),
    '',
    ...reasons.split('\n').map((line) => `      ${line}`.trimEnd()),
    '\n',
  ].join('\n');
}

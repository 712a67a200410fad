import { visible } from '../../../policy/quote.ts';
import type { InvariantResult } from '../../../suite/run-invariant.ts';
import type { CaseResult } from '../../../suite/run-suite.ts';
import type { SuiteReport, TestReport } from '../../../suite/test-report.ts';
import { type Paint, paintWith } from '../paint.ts';
import type { FormatOptions } from '../write-targets.ts';
import { describeInvariant } from './invariant.ts';
import { reportCoverage } from './report-coverage.ts';
import { reportMutation } from './survivors.ts';
import { why } from './why.ts';

/**
 * A line for each file, and below it each case that failed: what was expected, what came, and why; each invariant
 * that is not proven, and a counterexample. Then coverage and mutants.
 */
export function formatPretty({ suites, coverage, mutation }: TestReport, { color }: FormatOptions): string {
  const paint = paintWith(color);
  const results = suites.map((suite) => formatSuite(suite, paint));
  const covered = coverage === undefined ? [] : [reportCoverage(coverage.coverage, { ...coverage, paint }).text];
  const mutants = mutation === undefined ? [] : [reportMutation(mutation.mutation, paint)];
  return [results.join(''), ...covered, ...mutants].join('\n');
}

function formatSuite({ file, policy, results, invariants }: SuiteReport, paint: Paint): string {
  const failed = results.filter(({ passed }) => !passed);
  const broken = invariants.filter(({ passed }) => !passed);
  const count = [counted(results, 'case'), counted(invariants, 'invariant')].filter((one) => one !== '').join(', ');
  const failures = failed.length + broken.length;
  const all =
    results.length > 0 && invariants.length > 0 ? `${String(results.length + invariants.length)} (${count})` : count;
  if (failures === 0) return `${paint('good', 'PASS')}  ${visible(file)}  ${paint('faint', count)}\n`;
  return [
    `${paint('bad', 'FAIL')}  ${visible(file)}  ${String(failures)} of ${all}\n\n`,
    ...failed.map((result) => formatFailure(result, why(result, policy, paint), paint)),
    ...broken.map((result) => formatInvariant(result, paint)),
  ].join('');
}

function counted(list: readonly unknown[], what: string): string {
  return list.length === 0 ? '' : `${String(list.length)} ${what}${list.length === 1 ? '' : 's'}`;
}

/** What became of an invariant that is not proven. */
export function formatInvariant(result: InvariantResult, paint: Paint): string {
  const { name, at } = result.invariant;
  const place = `${at.file}:${String(at.line)}:${String(at.column)}`;
  const [what = '', ...lines] = describeInvariant(result);
  return [
    `  ${paint('strong', visible(name))}  ${paint('faint', visible(place))}`,
    `    ${what}`,
    '',
    ...lines.map((line) => `      ${line}`),
    '\n',
  ].join('\n');
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

import { scoreOf } from '../../../suite/mutation/tally-mutants.ts';
import { summaryOf, type TestReport, type TestSummary } from '../../../suite/test-report.ts';
import type { Paint } from '../paint.ts';
import { inPercent } from './coverage-table.ts';
import { reportCoverage } from './report-coverage.ts';

/** What a run comes to, with a line for each thing asked for that it falls short of, and whether there is none. */
export function summarize(report: TestReport, paint: Paint): { text: string; ok: boolean } {
  const summary = summaryOf(report);
  const short = [...shortOfCoverage(report, paint), ...shortOfKilled(report)];
  const lines = [casesInWords(summary, paint), ...short.map((text) => paint('bad', text))];
  return { text: lines.join('\n'), ok: summary.failed === 0 && short.length === 0 };
}

function shortOfCoverage({ coverage }: TestReport, paint: Paint): readonly string[] {
  if (coverage === undefined || reportCoverage(coverage.coverage, { ...coverage, paint }).ok) return [];
  return [`the cases reach less than ${inPercent(coverage.min ?? 0)} of the policies`];
}

function shortOfKilled({ mutation }: TestReport): readonly string[] {
  if (mutation === undefined || scoreOf(mutation.mutation) >= mutation.min) return [];
  const count = mutation.mutation.survivors.length;
  if (mutation.min === 100) return [count === 1 ? '1 mutant survives' : `${String(count)} mutants survive`];
  return [`less than ${inPercent(mutation.min)} of the mutants are killed`];
}

function casesInWords({ passed, failed, files }: TestSummary, paint: Paint): string {
  const counts = [
    ...(failed > 0 ? [paint('bad', `${String(failed)} failed`)] : []),
    ...(passed > 0 ? [paint('good', `${String(passed)} passed`)] : []),
  ];
  return `${counts.join(', ')} in ${String(files)} file${files === 1 ? '' : 's'}`;
}

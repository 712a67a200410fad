import { summaryOf, type TestReport, type TestSummary } from '../../../suite/test-report.ts';
import type { Paint } from '../paint.ts';
import { inPercent } from './coverage-table.ts';
import { reportCoverage } from './report-coverage.ts';

/** What a run comes to, with a line for each thing asked for that it falls short of, and whether there is none. */
export function summarize(report: TestReport, paint: Paint): { text: string; ok: boolean } {
  const summary = summaryOf(report);
  const short = [...shortOfCoverage(report, paint)];
  const lines = [casesInWords(summary, paint), ...short.map((text) => paint('bad', text))];
  return { text: lines.join('\n'), ok: summary.failed === 0 && short.length === 0 };
}

function shortOfCoverage({ coverage }: TestReport, paint: Paint): readonly string[] {
  if (coverage === undefined || reportCoverage(coverage.coverage, { ...coverage, paint }).ok) return [];
  return [`the cases reach less than ${inPercent(coverage.min ?? 0)} of the policies`];
}

function casesInWords({ passed, failed, files }: TestSummary, paint: Paint): string {
  const counts = [
    ...(failed > 0 ? [paint('bad', `${String(failed)} failed`)] : []),
    ...(passed > 0 ? [paint('good', `${String(passed)} passed`)] : []),
  ];
  return `${counts.join(', ')} in ${String(files)} file${files === 1 ? '' : 's'}`;
}

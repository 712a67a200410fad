import { formatJson } from '../json.ts';
import { type LintReport, summaryOf } from './lint-report.ts';

/** JSON under `schemas/lint-output.schema.json`. */
export function formatLintJson(report: LintReport): string {
  const diagnostics = report.diagnostics.map(({ fix, ...diagnostic }) => ({
    ...diagnostic,
    fixable: fix !== undefined && fix.length > 0,
  }));
  return `${formatJson({ version: 1, diagnostics, summary: summaryOf(report) })}\n`;
}

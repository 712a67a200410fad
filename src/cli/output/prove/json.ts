import { type ProveReport, proveSummaryOf } from '../../../suite/prove-report.ts';
import { formatJson } from '../json.ts';
import { invariantAsJson } from '../test/invariant-json.ts';

/** JSON under `schemas/prove-output.schema.json`. */
export function formatProveJson(report: ProveReport): string {
  const suites = report.suites.map(({ file, invariants }) => ({ file, invariants: invariants.map(invariantAsJson) }));
  return `${formatJson({ version: 1, suites, summary: proveSummaryOf(report) })}\n`;
}

import { formatJson } from '../json.ts';
import type { DiffReport } from './diff-report.ts';

/** JSON under `schemas/diff-output.schema.json`. */
export function formatDiffJson(report: DiffReport): string {
  return `${formatJson(report)}\n`;
}

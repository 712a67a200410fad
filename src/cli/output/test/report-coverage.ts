import type { Coverage } from '../../../suite/coverage/coverage.ts';
import type { Paint } from '../paint.ts';
import { coverageTable, inPercent } from './coverage-table.ts';

export interface CoverageOptions {
  /** The least percentage that is good enough, 0 to 100; any is where it is left out. */
  readonly min?: number;
  readonly paint: Paint;
}

/** What to print of a coverage, and whether it is good enough. */
export function reportCoverage(coverage: Coverage, { min, paint }: CoverageOptions): { text: string; ok: boolean } {
  const { items, covered, percent } = coverage.total;
  const ok = min === undefined || (items === 0 ? 100 : (covered * 100) / items) >= min;
  const reached = `coverage ${inPercent(percent)} (${String(covered)} of ${String(items)})`;
  const judged = ok ? '' : paint('bad', `, less than the ${inPercent(min)} asked for`);
  return { text: `${coverageTable(coverage, paint)}\n${paint('strong', reached)}${judged}\n`, ok };
}

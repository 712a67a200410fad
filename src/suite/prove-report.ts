import type { InvariantResult } from './run-invariant.ts';

/** What came of invariants, for every format: a file each, in the order they stand. */
export interface ProveReport {
  readonly suites: readonly { readonly file: string; readonly invariants: readonly InvariantResult[] }[];
}

export type ProveSummary = Readonly<Record<InvariantResult['answer']['outcome'], number>> & {
  /** How many files have invariants. */
  readonly files: number;
};

export function proveSummaryOf({ suites }: ProveReport): ProveSummary {
  const outcomes = suites.flatMap(({ invariants }) => invariants.map(({ answer }) => answer.outcome));
  const count = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
  return { proven: count('proven'), refuted: count('refuted'), undecided: count('undecided'), files: suites.length };
}

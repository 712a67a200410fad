import type { ReachAnswer } from '../../../analysis/index.ts';

/** What `who` and `can` answer. */
export interface ReachReport {
  /** The question as part of a sentence: `read secret/payments/db`. */
  readonly asked: string;
  /** The question as it was given, for programs; `at` in seconds since the epoch. */
  readonly question: Readonly<Record<string, string | number>>;
  readonly answer: ReachAnswer;
}

import type { Policy } from '../policy/policy.ts';
import type { Coverage } from './coverage/coverage.ts';
import type { Mutation } from './mutation/tally-mutants.ts';
import type { InvariantResult } from './run-invariant.ts';
import type { CaseResult } from './run-suite.ts';

/** What a run of policy tests has to say, for every format. */
export interface TestReport {
  readonly suites: readonly SuiteReport[];
  /** Where it was asked for. */
  readonly coverage?: JudgedCoverage;
  /** Where it was asked for, and all cases passed. */
  readonly mutation?: JudgedMutation;
}

export interface JudgedCoverage {
  readonly coverage: Coverage;
  /** The least percentage that is good enough, 0 to 100; any is where it is left out. */
  readonly min?: number;
}

/** What came of one file's cases and invariants, in the order they stand. */
export interface SuiteReport {
  readonly file: string;
  /** The policy under test: one and the same value for all suites that are held against the same files. */
  readonly policy: Policy;
  readonly results: readonly CaseResult[];
  readonly invariants: readonly InvariantResult[];
}

export interface JudgedMutation {
  readonly mutation: Mutation;
  /** The least percentage of killed mutants that is good enough, 0 to 100. */
  readonly min: number;
}

/** Cases and invariants together. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  /** How many test files were run. */
  readonly files: number;
}

export function summaryOf({ suites }: TestReport): TestSummary {
  const results = suites.flatMap((suite) => [...suite.results, ...suite.invariants]);
  const failed = results.filter(({ passed }) => !passed).length;
  return { passed: results.length - failed, failed, files: suites.length };
}

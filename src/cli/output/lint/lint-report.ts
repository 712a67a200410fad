import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import type { PolicySource } from '../../../policy/parse.ts';

/** What a run of the linter has to say, for every format. */
export interface LintReport {
  readonly diagnostics: readonly LintDiagnostic[];
  /** The files that are reported on, also those without a diagnostic. */
  readonly files: readonly string[];
  /** The texts of these files, and of those that related places lie in. */
  readonly sources: readonly PolicySource[];
}

export interface LintSummary {
  readonly errors: number;
  readonly warnings: number;
  /** How many files were looked at. */
  readonly files: number;
}

export function summaryOf({ diagnostics, files }: LintReport): LintSummary {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: diagnostics.length - errors, files: files.length };
}

import type { LintFormatName } from '../output/lint/formats.ts';
import type { RuleLevel } from '../../lint/lint-policy.ts';

/** What `countersign.config.yaml` may say (`schemas/config.schema.json`); paths count from the working directory. */
export interface Config {
  /** The file that says so. */
  readonly file: string;
  readonly policies?: readonly string[];
  readonly lint?: LintConfig;
}

export interface LintConfig {
  readonly rules?: Readonly<Record<string, RuleLevel>>;
  readonly maxWarnings?: number;
  readonly inlineIgnores?: boolean;
  readonly format?: LintFormatName;
  readonly baseline?: string;
}

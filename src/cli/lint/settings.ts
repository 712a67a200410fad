import { basename } from 'node:path';
import { isPolicyFileName } from '../../files/walk.ts';
import type { LintOptions, RuleLevel } from '../../lint/lint-policy.ts';
import { CliError } from '../cli-error.ts';
import type { Config } from '../config/config.ts';
import type { ConfigFlags } from '../config/load-config.ts';
import { exitCode } from '../exit-code.ts';
import type { LintFormatName } from '../output/lint/formats.ts';

/** What was said on the command line. */
export interface LintFlags extends ConfigFlags {
  readonly maxWarnings?: number;
  readonly rule?: Readonly<Record<string, RuleLevel>>;
  readonly quiet?: boolean;
  readonly listRules?: boolean;
  readonly explain?: string;
  readonly inlineConfig?: boolean;
  readonly baseline?: string | false;
  readonly writeBaseline?: boolean;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly now?: number;
}

/** What holds for one run. */
export interface LintSettings extends LintOptions {
  /** The most that still pass. */
  readonly maxWarnings: number;
  /** Whether only errors are shown. */
  readonly quiet: boolean;
  /** What becomes of fixes; `undefined`: nothing is fixed. */
  readonly fixing: 'written' | 'shown' | undefined;
  /** The file of known findings, where there is one. */
  readonly baseline: string | undefined;
  /** Whether that file is written with what is found. */
  readonly writesBaseline: boolean;
  /** How results are written where no format was asked for. */
  readonly format: LintFormatName;
}

/**
 * Flags before configuration before defaults.
 *
 * @throws {CliError} of flags that exclude each other
 */
export function settingsOf(flags: LintFlags, config: Config | undefined): LintSettings {
  const { lint: configured = {} } = config ?? {};
  return {
    now: flags.now ?? Math.floor(Date.now() / 1000),
    levels: { ...configured.rules, ...flags.rule },
    inlineIgnores: flags.inlineConfig ?? configured.inlineIgnores ?? true,
    maxWarnings: flags.maxWarnings ?? configured.maxWarnings ?? Number.POSITIVE_INFINITY,
    quiet: flags.quiet === true,
    fixing: fixingOf(flags),
    baseline: baselineOf(flags, configured.baseline),
    writesBaseline: flags.writeBaseline === true,
    format: configured.format ?? (process.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'pretty'),
  };
}

function baselineOf({ baseline, writeBaseline, fixDryRun }: LintFlags, configured?: string): string | undefined {
  if (writeBaseline === true && baseline === false) {
    throw new CliError(exitCode.usage, '`--write-baseline` and `--no-baseline` exclude each other');
  }
  if (writeBaseline === true && fixDryRun === true) {
    throw new CliError(exitCode.usage, '`--write-baseline` and `--fix-dry-run` exclude each other');
  }
  if (baseline === false) return undefined;
  const file = baseline ?? configured ?? (writeBaseline === true ? 'countersign.baseline.json' : undefined);
  if (file === undefined || !isPolicyFileName(basename(file))) return file;
  throw new CliError(
    exitCode.usage,
    `the baseline \`${file}\` has the name of a policy file`,
    'call it `NAME.baseline.json`, which is never read as a policy',
  );
}

function fixingOf({ fix, fixDryRun }: LintFlags): LintSettings['fixing'] {
  if (fix !== true) return fixDryRun === true ? 'shown' : undefined;
  if (fixDryRun === true) throw new CliError(exitCode.usage, '`--fix` and `--fix-dry-run` exclude each other');
  return 'written';
}

import type { Formats } from '../write-targets.ts';
import type { LintReport } from './lint-report.ts';

export type LintFormatName = 'pretty' | 'compact' | 'json' | 'sarif' | 'github' | 'junit';

export const lintFormats: Formats<LintFormatName, LintReport> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  compact: async () => (await import('./compact.ts')).formatCompact,
  json: async () => (await import('./json.ts')).formatLintJson,
  sarif: async () => (await import('./sarif.ts')).formatSarif,
  github: async () => (await import('./github.ts')).formatGithub,
  junit: async () => (await import('./junit.ts')).formatJunit,
};

export const lintFormatNames: readonly LintFormatName[] = Object.keys(lintFormats) as LintFormatName[];

import type { LintFormat } from './lint-report.ts';

export type LintFormatName = 'pretty' | 'compact' | 'json' | 'sarif' | 'github' | 'junit';

/** Every format by name. Only what is asked for is loaded. */
export const lintFormats: Readonly<Record<LintFormatName, () => Promise<LintFormat>>> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  compact: async () => (await import('./compact.ts')).formatCompact,
  json: async () => (await import('./json.ts')).formatLintJson,
  sarif: async () => (await import('./sarif.ts')).formatSarif,
  github: async () => (await import('./github.ts')).formatGithub,
  junit: async () => (await import('./junit.ts')).formatJunit,
};

export const lintFormatNames: readonly LintFormatName[] = Object.keys(lintFormats) as LintFormatName[];

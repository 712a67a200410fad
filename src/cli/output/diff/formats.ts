import type { Formats } from '../write-targets.ts';
import type { DiffReport } from './diff-report.ts';

export type DiffFormatName = 'pretty' | 'json' | 'markdown' | 'github';

export const diffFormats: Formats<DiffFormatName, DiffReport> = {
  pretty: async () => (await import('./pretty.ts')).formatDiffPretty,
  json: async () => (await import('./json.ts')).formatDiffJson,
  markdown: async () => (await import('./markdown.ts')).formatDiffMarkdown,
  github: async () => (await import('./github.ts')).formatDiffGithub,
};

export const diffFormatNames: readonly DiffFormatName[] = Object.keys(diffFormats) as DiffFormatName[];

import type { Formats } from '../write-targets.ts';
import type { ReachReport } from './reach-report.ts';

export type ReachFormatName = 'pretty' | 'json' | 'markdown' | 'github';

export const reachFormats: Formats<ReachFormatName, ReachReport> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  json: async () => (await import('./json.ts')).formatReachJson,
  markdown: async () => (await import('./markdown.ts')).formatMarkdown,
  github: async () => (await import('./github.ts')).formatGithub,
};

export const reachFormatNames: readonly ReachFormatName[] = Object.keys(reachFormats) as ReachFormatName[];

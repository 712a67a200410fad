import type { ProveReport } from '../../../suite/prove-report.ts';
import type { Formats } from '../write-targets.ts';

export type ProveFormatName = 'pretty' | 'json' | 'markdown' | 'github';

export const proveFormats: Formats<ProveFormatName, ProveReport> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  json: async () => (await import('./json.ts')).formatProveJson,
  markdown: async () => (await import('./markdown.ts')).formatMarkdown,
  github: async () => {
    const { annotateInvariant } = await import('../test/github.ts');
    return ({ suites }) =>
      suites.flatMap(({ invariants }) => invariants.filter(({ passed }) => !passed).map(annotateInvariant)).join('');
  },
};

export const proveFormatNames: readonly ProveFormatName[] = Object.keys(proveFormats) as ProveFormatName[];

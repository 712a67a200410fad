import type { TestReport } from '../../../suite/test-report.ts';
import type { Formats } from '../write-targets.ts';

export type TestFormatName = 'pretty' | 'json' | 'junit' | 'github' | 'lcov';

export const testFormats: Formats<TestFormatName, TestReport> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  json: async () => (await import('./json.ts')).formatTestJson,
  junit: async () => (await import('./junit.ts')).formatJunit,
  github: async () => (await import('./github.ts')).formatGithub,
  lcov: async () => {
    const { formatLcov } = await import('./lcov.ts');
    return ({ coverage }) => (coverage === undefined ? '' : formatLcov(coverage.coverage));
  },
};

export const testFormatNames: readonly TestFormatName[] = Object.keys(testFormats) as TestFormatName[];

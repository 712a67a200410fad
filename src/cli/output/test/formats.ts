import type { TestReport } from '../../../suite/test-report.ts';
import type { Formats } from '../write-targets.ts';

export type TestFormatName = 'pretty';

export const testFormats: Formats<TestFormatName, TestReport> = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
};

export const testFormatNames: readonly TestFormatName[] = Object.keys(testFormats) as TestFormatName[];

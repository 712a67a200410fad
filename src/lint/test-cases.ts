import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { parseSuite, readSuite } from '../suite/parse-suite.ts';
import type { TestCase } from '../suite/suite.ts';

/** The cases of test files, held against a policy; `undefined` where there are no files, or one of them does not load. */
export function casesOf(tests: readonly PolicySource[], policy: Policy): readonly TestCase[] | undefined {
  const suites = tests.map((source) => parseSuite(readSuite(source), policy).suite);
  const loaded = suites.filter((suite) => suite !== undefined);
  return tests.length === 0 || loaded.length < tests.length ? undefined : loaded.flatMap(({ cases }) => cases);
}

import { compilePolicy } from '../decision/compile.ts';
import { explain } from '../decision/explain/explain.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { parseSuite, readSuite } from '../suite/parse-suite.ts';
import { decidingRules, runCase } from '../suite/run-suite.ts';
import type { TestCase } from '../suite/suite.ts';

/**
 * The ids of the trust rules that apply in no case of the tests; `undefined` where there are no cases, or where not all
 * test files load for this policy.
 */
export function rulesWithoutTests(tests: readonly PolicySource[], policy: Policy): ReadonlySet<string> | undefined {
  const suites = tests.map((source) => parseSuite(readSuite(source), policy).suite);
  const loaded = suites.filter((suite) => suite !== undefined);
  const cases = loaded.flatMap((suite) => suite.cases);
  return cases.length === 0 || loaded.length < tests.length ? undefined : unreached(policy, cases);
}

function unreached(policy: Policy, cases: readonly TestCase[]): ReadonlySet<string> {
  const left = new Set(policy.rules.map(({ id }) => id));
  const compiled = compilePolicy(policy);
  for (const one of cases) for (const id of decidingRules(runCase(one, compiled).decision)) left.delete(id);
  // Explaining is slow, and tells also of rules that apply without deciding.
  for (const { token, request } of cases) {
    if (left.size === 0) break;
    for (const { rule, applies } of explain(policy, token, request).rules) if (applies) left.delete(rule);
  }
  return left;
}

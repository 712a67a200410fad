import { Locator } from '../../policy/document/route.ts';
import type { Source } from '../../policy/parse/source.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TestCase } from '../suite.ts';
import { caseFacts } from './case-facts.ts';
import { type Coverage, tallyOf } from './coverage.ts';
import { measureRule } from './measure-rule.ts';

/** A policy, with the documents that it was parsed from. */
export interface CoveredPolicy {
  readonly policy: Policy;
  readonly documents: readonly Source[];
}

/**
 * Measures how much of a policy the cases reach: for every rule a case to which it applies, for every condition one that
 * it alone refuses, for every pattern of a grant a request that it covers.
 */
export function measureCoverage({ policy, documents }: CoveredPolicy, cases: readonly TestCase[]): Coverage {
  const locator = new Locator(documents);
  const facts = cases.map((one) => caseFacts(one, policy));
  const rules = policy.rules.map((rule) => measureRule(rule, policy, facts, locator));
  return { rules, total: tallyOf(rules.flatMap(({ items }) => items)) };
}

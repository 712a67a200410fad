/** Rules that have nothing to do with each other are not compared. */
import { describe, expect, test } from '@jest/globals';
import { contradictingRules, deadRules, redundantDenies, shadowedRules } from '../../src/analysis/index.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { policyOf } from './universe.ts';

const count = 10_000;

/** Rules of as many projects, one in ten a deny, and a few of the whole organization. */
function manyRules(): Policy {
  const when = { issuer: 'g', subject: 'org:A/prj:p', kind: 'environment' };
  const grants = [{ actions: ['a'], resources: ['x/y'] }];
  const { issuers, rules } = policyOf([
    { effect: 'allow', when, grants },
    { effect: 'deny', when, grants },
    { effect: 'allow', when: { ...when, subject: 'org:A', kind: 'user' }, grants },
    { effect: 'deny', when: { ...when, subject: 'org:A', kind: 'runner' } },
  ]);
  const [allow, deny, ...wide] = rules;
  return {
    issuers,
    rules: Array.from({ length: count }, (_, i) => {
      const rule = (i % 10 === 0 ? deny : allow)!;
      return { ...rule, id: `project-${i}`, when: { ...rule.when, subjects: [{ prefix: `org:A/prj:p${i}` }] } };
    }).concat(wide as never),
  };
}

describe('10,000 rules of as many projects', () => {
  test.each([shadowedRules, deadRules, redundantDenies, contradictingRules])(
    '%p compares fewer than 20 pairs a rule',
    (question) => {
      let comparisons = 0;
      question(manyRules(), { onComparison: () => (comparisons += 1) });
      expect(comparisons).toBeLessThan(20 * count);
    },
    120_000,
  );
});

test('compares no more than it may, and then says nothing', () => {
  const policy = manyRules();
  let comparisons = 0;
  const found = redundantDenies(policy, { mostComparisons: 5, onComparison: () => (comparisons += 1) });
  expect(comparisons).toBe(5);
  expect(found.length).toBeLessThan(5);
});

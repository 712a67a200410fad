/** What must hold of every explanation. */
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { decide } from '../../../src/decision/decide.ts';
import { explain } from '../../../src/decision/explain/explain.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { claimScenario, globScenario, principalScenario, scenario, type Scenario } from '../arbitraries.ts';
import { policyOf } from '../../engine/policies.ts';
import { runsOf } from '../../runs.ts';

const numRuns = runsOf();
const scenarios: [string, Arbitrary<Scenario>][] = [
  ['anything', scenario()],
  ['one claim', claimScenario],
  ['one glob', globScenario],
  ['one principal', principalScenario],
];

/** Whether a rule, enforced and alone, applies to plain access: what `decide` says of it. */
function appliesAlone(policy: Policy, id: string, { token, request }: Scenario): boolean {
  const { grants: _, ...bare } = policy.rules.find((rule) => rule.id === id)!;
  const alone = { ...policy, rules: [{ ...bare, mode: 'enforce' as const }] };
  const [{ code }] = decide(compilePolicy(alone), token, { ...request, action: undefined, resource: undefined } as never).reasons;
  return code === 'rule_matched' || code === 'denied_by_rule';
} // prettier-ignore

describe.each(scenarios)('explaining %s', (_, arbitrary) => {
  test('decides as decide does, and names the rules that apply and those that decide', () => {
    const law = (given: Scenario): void => {
      const policy = policyOf(given.policy);
      const decision = decide(compilePolicy(policy), given.token, given.request);
      const explanation = explain(policy, given.token, given.request);
      expect(explanation.decision).toEqual(decision);
      expect(explanation.rules.map(({ rule }) => rule).sort()).toEqual(policy.rules.map(({ id }) => id).sort());
      const [{ code }] = decision.reasons;
      const isDecided = code === 'rule_matched' || code === 'denied_by_rule';
      const deciding = decision.reasons.filter((reason) => isDecided && reason.code === code).map(({ rule }) => rule);
      const { rules } = explanation;
      expect(rules.filter(({ decides }) => decides).map(({ rule }) => rule)).toEqual(deciding);
      const isMalformed = code === 'request_malformed' || code === 'resource_not_canonical';
      for (const { rule, applies, missing } of rules) {
        expect(applies).toBe(missing === 0);
        expect(applies).toBe(!isMalformed && appliesAlone(policy, rule, given));
      }
    };
    fc.assert(fc.property(arbitrary, law), { numRuns });
  });
});

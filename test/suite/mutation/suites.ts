/** Suites that pass, drawn at random over a world so small that their cases often concern the policy. */
import fc, { type Arbitrary } from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { decide, type DecisionToken } from '../../../src/decision/decide.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { decidingRules } from '../../../src/suite/run-suite.ts';
import type { TestCase } from '../../../src/suite/suite.ts';
import { anyPolicy, NOW, type Request, requests, tokens } from '../../analysis/universe.ts';

/** How much of a decision a case expects. */
const depth = fc.constantFrom('effect', 'effect', 'rules', 'reasons', 'ttl');

const question = fc.record({
  // They live longer than any ttl, so that it shows.
  token: fc.constantFrom(...tokens).map(({ issuer, claims }) => ({ issuer, claims: { ...claims, exp: NOW + 3600 } })),
  request: fc.constantFrom<Request>(...requests),
  depth,
});

export const policyAndSuite: Arbitrary<{ policy: Policy; cases: readonly TestCase[] }> = fc
  .record({ policy: anyPolicy, questions: fc.array(question, { maxLength: 12 }) })
  .map(({ policy, questions }) => ({ policy, cases: questions.map((one, i) => caseOf(policy, one, i)) }));

interface Question {
  readonly token: DecisionToken;
  readonly request: Request;
  readonly depth: string;
}

function caseOf(policy: Policy, { token, request, depth }: Question, i: number): TestCase {
  const decision = decide(compilePolicy(policy), token, request);
  return {
    name: `case ${String(i)}`,
    at: { file: 'trust.test.yaml', line: i + 1, column: 1 },
    token,
    request,
    expected: {
      effect: decision.effect,
      ...(depth === 'rules' ? { rules: decidingRules(decision) } : {}),
      ...(depth === 'reasons' ? { reasons: decision.reasons.map(({ code }) => code) } : {}),
      ...(depth === 'ttl' ? { ttl: decision.expiresAt - request.now } : {}),
    },
  };
}

/** What is said of invariants against everything there is in a small universe. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { proveInvariant } from '../../src/analysis/index.ts';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import type { PolicyDoc } from '../decision/arbitraries.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import { anyInvariant, asks, invariantOf, isAbout } from './invariants.ts';
import { documentOf, numRuns, policyOf, requests, tokens } from './universe.ts';

/** Of how many tokens of the universe one is tried, another one in each run. */
const STRIDE = 9;

const scenario = fc.record({ world: anyInvariant, offset: fc.nat(STRIDE - 1) });

test('proven: nothing in the universe refutes it; refuted: the counterexample does', () => {
  const found = new Map<string, number>();
  fc.assert(
    fc.property(scenario, ({ world: { rules, invariant }, offset }) => {
      const policy = policyOf(rules);
      const answer = proveInvariant(policy, invariantOf(invariant));
      const forbidden = invariant.demand === 'never' ? 'allow' : 'deny';
      const key = `${invariant.demand} ${answer.outcome}`;
      found.set(key, (found.get(key) ?? 0) + 1);
      if (answer.outcome === 'undecided' && process.env.SHOW)
        console.log(
          JSON.stringify({ invariant, rules }),
          answer.rules.map((r) => r.id),
        );
      const compiled = compilePolicy(policy);
      if (answer.outcome === 'refuted') {
        const { token, request } = answer.counterexample.witness;
        expect(isAbout(invariant, token) && asks(invariant, request)).toBe(true);
        expect(decide(compiled, token, request)).toEqual(answer.counterexample.decision);
        const document = JSON.parse(JSON.stringify(documentOf(rules))) as PolicyDoc;
        expect(referenceDecide(document, token as never, request as never).effect).toBe(forbidden);
      }
      if (answer.outcome !== 'proven') return;
      const asked = requests.filter((request) => asks(invariant, request));
      for (const token of tokens.filter((one, i) => i % STRIDE === offset && isAbout(invariant, one))) {
        for (const request of asked) expect(decide(compiled, token, request).effect).not.toBe(forbidden);
      }
    }),
    { numRuns },
  );
  console.log(found);
}, 600_000);

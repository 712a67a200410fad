/** What is said of two policies that differ in one rule, against everything there is in a small universe. */
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { differenceOf } from '../../src/analysis/index.ts';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide, type DecisionToken } from '../../src/decision/decide.ts';
import { type Mutant, mutantsOf, mutatedPolicy } from '../../src/suite/mutation/mutants.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { anyPolicy, anyShare, NOW, type Request, requests, wholeRuns as numRuns } from './universe.ts';

const mutation = anyPolicy
  .filter((policy) => mutantsOf(policy).length > 0)
  .chain((policy) => fc.record({ policy: fc.constant(policy), mutant: fc.constantFrom(...mutantsOf(policy)) }));

const longLived: Arbitrary<readonly DecisionToken[]> = anyShare.map((share) =>
  share.map(({ issuer, claims }) => ({ issuer, claims: { ...claims, exp: NOW + 3600 } })),
);

/** What each of two policies decides, as far as it matters. */
function both(policy: Policy, mutant: Mutant): (token: DecisionToken, request: Request) => readonly [string, string] {
  const [before, after] = [policy, mutatedPolicy(policy, mutant)].map((one) => compilePolicy(one));
  return (token, request) => {
    const [a, b] = [before!, after!].map((compiled) => decide(compiled, token, request));
    return [`${a!.effect} until ${a!.expiresAt}`, `${b!.effect} until ${b!.expiresAt}`];
  };
}

test('where no token tells two policies apart, none in the universe does; an example given does', () => {
  const found = new Map<string, number>();
  fc.assert(
    fc.property(mutation, longLived, ({ policy, mutant }, share) => {
      const difference = differenceOf(policy, mutant.rule, mutant.mutated);
      const decideBoth = both(policy, mutant);
      const what = typeof difference === 'string' ? difference : 'a witness';
      found.set(what, (found.get(what) ?? 0) + 1);
      if (difference === 'undecided') return;
      if (difference !== 'none') {
        const [before, after] = decideBoth(difference.witness.token, difference.witness.request);
        expect(before).not.toBe(after);
        return;
      }
      for (const token of share) {
        for (const request of requests) {
          const [before, after] = decideBoth(token, request);
          expect(after).toBe(before);
        }
      }
    }),
    { numRuns },
  );
  const [differ, same, undecided] = ['a witness', 'none', 'undecided'].map((what) => found.get(what) ?? 0);
  expect(differ).toBeGreaterThan(numRuns / 4 - 5);
  expect(same).toBeGreaterThan(numRuns / 20 - 5);
  // About a quarter is, by rules whose conditions depend on each other.
  expect(undecided).toBeLessThan(numRuns * 0.45 + 5);
});

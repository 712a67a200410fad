import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mutantsOf, mutatedPolicy } from '../../../src/suite/mutation/mutants.ts';
import { runMutants } from '../../../src/suite/mutation/run-mutants.ts';
import { runSuite } from '../../../src/suite/run-suite.ts';
import { numRuns, policyAndSuite } from './suites.ts';

test('a mutant is killed where some case fails once the whole policy is another, and only there', () => {
  fc.assert(
    fc.property(policyAndSuite, ({ policy, cases }) => {
      const runs = [...runMutants(cases, policy)];
      expect(runs.map(({ mutant }) => mutant)).toEqual(mutantsOf(policy));
      for (const { mutant, killedBy } of runs) {
        const failing = runSuite(cases, mutatedPolicy(policy, mutant)).filter(({ passed }) => !passed);
        expect(killedBy !== undefined).toBe(failing.length > 0);
        if (killedBy !== undefined) expect(failing.map((result) => result.case)).toContain(killedBy);
      }
    }),
    { numRuns },
  );
}, 600_000);

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mutantsOf, mutatedPolicy } from '../../../src/suite/mutation/mutants.ts';
import { runMutants } from '../../../src/suite/mutation/run-mutants.ts';
import { runSuite } from '../../../src/suite/run-suite.ts';
import { parseSuite, readSuite } from '../../../src/suite/parse-suite.ts';
import { runsOf } from '../../runs.ts';
import { policyOf } from '../suite-text.ts';
import { policyAndSuite } from './suites.ts';

test('a mutant is killed where some case fails once the whole policy is another, and only there', () => {
  fc.assert(
    fc.property(policyAndSuite, ({ policy, cases }) => {
      const runs = [...runMutants(cases, policy)];
      expect(runs.map(({ mutant }) => mutant)).toEqual(mutantsOf(policy));
      for (const run of runs) {
        const failing = runSuite(cases, mutatedPolicy(policy, run.mutant)).filter(({ passed }) => !passed);
        expect(run.outcome === 'killed').toBe(failing.length > 0);
        if (run.outcome === 'killed') expect(failing.map((result) => result.case)).toContain(run.by);
      }
    }),
    // Every run tries some ten mutants, and judges what is different about those that survive.
    { numRuns: runsOf(300) },
  );
});

const ENV = '{ sub: "org:acme/prj:payments/env:e1" }';
const OTHERS = '{ sub: "org:acme/prj:other/env:e1" }';

test('a suite that passes everything and notices every mutant but one', () => {
  const policy = policyOf(`version: 1
issuers:
  gitpod: { url: "https://app.gitpod.io", subject: gitpod, audiences: [secrets] }
rules:
  - id: payments
    effect: allow
    when: { issuer: gitpod, subject: org:acme/prj:payments, claims: { team: blue } }
`);
  const text = (given: string, expected: string): string => `  - { given: ${given}, expect: ${expected} }\n`;
  const blue = (token: string): string => token.replace(' }', ', claims: { team: blue } }');
  const suite = `version: 1\ntests:\n${text(blue(ENV), 'allow')}${text(blue(OTHERS), 'deny')}`;
  const cases = parseSuite(readSuite({ file: 'trust.test.yaml', text: suite }), policy).suite!.cases;
  expect(runSuite(cases, policy).every(({ passed }) => passed)).toBe(true);
  const runs = [...runMutants(cases, policy)];
  expect(runs.map(({ mutant, outcome }) => [mutant.description, outcome])).toEqual([
    ['whose subject is widened to `org:acme`', 'killed'],
    ['without its condition on the subject', 'killed'],
    ['without its condition on the claim `team`', 'survived'],
    ['that denies where it allows', 'killed'],
  ]);
});

import { expect, test } from '@jest/globals';
import { runMutants } from '../../../src/suite/mutation/run-mutants.ts';
import { type Mutation, type RunOfPolicy, scoreOf, tallyMutants } from '../../../src/suite/mutation/tally-mutants.ts';
import { policyOf, suiteOf } from '../suite-text.ts';

const POLICY = `version: 1
issuers:
  gitpod: { url: "https://app.gitpod.io", subject: gitpod, audiences: [secrets] }
rules:
  - id: payments
    effect: allow
    when: { issuer: gitpod, subject: org:acme/prj:payments }
`;
const FITS = '{ given: { sub: "org:acme/prj:payments/env:e1" }, expect: allow }';
const OTHER = '{ given: { sub: "org:acme/prj:other/env:e1" }, expect: deny }';

/** The mutants of a policy of its own against some cases. */
function runsOf(cases: readonly string[], text = POLICY): readonly RunOfPolicy[] {
  const policy = policyOf(text);
  const suite = `version: 1\ntests:\n${cases.map((one) => `  - ${one}\n`).join('')}`;
  return [...runMutants(suiteOf(suite, text).cases, policy)].map((run) => ({ policy, run }));
}

/** `killed, surviving, equivalent and undecided, percent of killed`. */
function shown(mutation: Mutation): readonly number[] {
  const { killed, survivors, equivalent, undecided } = mutation;
  return [killed, survivors.length, equivalent + undecided, Math.round(scoreOf(mutation))];
}

test.each<[what: string, runs: readonly RunOfPolicy[], shown: readonly number[]]>([
  ['nothing', [], [0, 0, 0, 100]],
  ['two kinds of mistake, of three', runsOf([OTHER]), [2, 1, 0, 67]],
  ['the other', runsOf([FITS]), [1, 2, 0, 33]],
  [
    'a rule in two policies, of which each has some of the cases',
    [...runsOf([FITS]), ...runsOf([OTHER])],
    [3, 0, 0, 100],
  ],
  ['rules at different places', [...runsOf([FITS]), ...runsOf([OTHER], `\n${POLICY}`)], [3, 3, 0, 50]],
])('counts %s', (_, runs, expected) => {
  expect(shown(tallyMutants(runs))).toEqual(expected);
});

import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { formatGithub } from '../../../src/cli/output/test/github.ts';
import { formatTestJson } from '../../../src/cli/output/test/json.ts';
import { formatJunit } from '../../../src/cli/output/test/junit.ts';
import { formatPretty } from '../../../src/cli/output/test/pretty.ts';
import { runInvariant } from '../../../src/suite/run-invariant.ts';
import { runSuite } from '../../../src/suite/run-suite.ts';
import { runMutants } from '../../../src/suite/mutation/run-mutants.ts';
import { tallyMutants } from '../../../src/suite/mutation/tally-mutants.ts';
import type { TestReport } from '../../../src/suite/test-report.ts';
import { text } from '../../repository/repository.ts';
import { POLICY, policyOf, suiteOf } from '../../suite/suite-text.ts';
import { coverageOf, ONE_RULE } from '../../suite/coverage/coverage-of.ts';
import { expectWellFormed } from './well-formed.ts';

const HOSTILE = 'a:b, 100% "<c>&\' ]]> ::error::';
const SUITE = `version: 1
principals: { env: { sub: "org:acme/prj:payments/env:e1" } }
tests:
  - given: env
    when: { action: read, resource: secret/payments/db }
    expect: { effect: allow, rules: [payments-read], ttl: 15m }
  - name: ${JSON.stringify(HOSTILE)}
    given: { sub: "org:<&>:%/x" }
    when: { action: read, resource: "secret/a%0A<b>" }
    expect: allow
`;

const policy = policyOf(POLICY);
const file = 'policies/a b,c%.test.yaml';
const results = runSuite(suiteOf(SUITE).cases, policy).map((result) => ({
  ...result,
  case: { ...result.case, at: { ...result.case.at, file } },
}));
const BROKEN = `version: 1
invariants:
  - name: ${JSON.stringify(HOSTILE)}
    never: { action: read }
  - name: writes are closed
    never: { action: write }
`;
const invariants = suiteOf(BROKEN).invariants.map((one) => runInvariant(one, policy));
const proving: TestReport = { suites: [{ file: 'policies/i.test.yaml', policy, results: [], invariants }] };
const passed = { file: 'policies/b.test.yaml', policy, invariants: [], results: results.slice(0, 1) };
const report: TestReport = { suites: [{ file, policy, invariants: [], results }, passed] };

const unexpected = (what: string): void => {
  throw new Error(what);
};

test('pretty shows a line for each file, and what failed', () => {
  const shown = formatPretty(report, { color: false, warn: unexpected });
  expect(shown).toContain('FAIL  policies/a b,c%.test.yaml  1 of 2 cases\n');
  expect(shown).toContain(`  ${HOSTILE}  ${file}:7:5\n    expected \`allow\`, came \`deny\`\n`);
  expect(shown.endsWith('PASS  policies/b.test.yaml  1 case\n')).toBe(true);
  expect(formatPretty(report, { color: true, warn: unexpected })).toContain('\u001b[1;32mPASS\u001b[0m');
});

test('pretty shows of an invariant that is not proven what refutes it', () => {
  const shown = formatPretty(proving, { color: false, warn: unexpected });
  expect(shown).toContain('FAIL  policies/i.test.yaml  1 of 2 invariants\n');
  expect(shown).toContain(
    `  ${HOSTILE}  trust.test.yaml:3:5\n    refuted: this must never be allowed, and is allowed\n`,
  );
  expect(shown).toContain('      allowed  by rule `payments-read` (trust.yaml:8)\n');
});

const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/test-output.schema.json')));

test('json of invariants is valid under its schema', () => {
  const output = JSON.parse(formatTestJson(proving));
  expect([validate(output), validate.errors]).toEqual([true, null]);
  expect(output.summary).toEqual({ passed: 1, failed: 1, files: 1 });
  expect(output.suites[0].invariants[1]).toEqual({
    name: 'writes are closed',
    at: { file: 'trust.test.yaml', line: 5, column: 5 },
    demand: 'never',
    passed: true,
    outcome: 'proven',
  });
});

test('json is valid under its schema', () => {
  const output = JSON.parse(formatTestJson(report));
  expect([validate(output), validate.errors]).toEqual([true, null]);
  expect(output.summary).toEqual({ passed: 2, failed: 1, files: 2 });
  expect(output.suites[0].cases[1]).toMatchObject({
    name: HOSTILE,
    at: { file, line: 7, column: 5 },
    passed: false,
    expected: { effect: 'allow' },
    differences: ['expected `allow`, came `deny`'],
    decision: { effect: 'deny' },
  });
  const covered = JSON.parse(formatTestJson({ ...report, coverage: { coverage: coverageOf(ONE_RULE, []), min: 5 } }));
  expect([validate(covered), covered.coverage.total]).toEqual([true, { items: 13, covered: 0, percent: 0 }]);
  expect(validate({ ...covered, coverage: {} })).toBe(false);
  const runs = [...runMutants([], policy)].map((run) => ({ policy, run }));
  const mutated = JSON.parse(formatTestJson({ ...report, mutation: { mutation: tallyMutants(runs), min: 100 } }));
  expect([validate(mutated), validate.errors]).toEqual([true, null]);
  expect(mutated.mutation).toMatchObject({ killed: 0, percent: 0 });
  expect(validate({ ...mutated, mutation: { ...mutated.mutation, survivors: [{}] } })).toBe(false);
  expect(validate({ version: 1, suites: [{ file, cases: [{}] }], summary: output.summary })).toBe(false);
});

test('junit is well-formed, with a suite for every file and a failure for every case that failed', () => {
  const xml = formatJunit(report);
  expectWellFormed(xml);
  expect(xml).toContain('<testsuites name="countersign test" tests="3" failures="1" errors="0">');
  expect(xml).toContain('<testcase name="env read secret/payments/db" classname="policies/b.test.yaml"/>');
  expect(xml).toContain('<testcase name="a:b, 100% &quot;&lt;c&gt;&amp;&apos; ]]&gt; ::error::" ');
  expect(xml.match(/<failure type="failure" message="expected `allow`, came `deny`">/g)).toHaveLength(1);
});

test('junit and github show an invariant that is not proven', () => {
  const xml = formatJunit(proving);
  expectWellFormed(xml);
  expect(xml).toContain('<testsuites name="countersign test" tests="2" failures="1" errors="0">');
  expect(xml).toContain('<testcase name="writes are closed" classname="policies/i.test.yaml"/>');
  expect(xml).toContain('<failure type="failure" message="refuted: this must never be allowed, and is allowed">');
  const shown = formatGithub(proving);
  expect(shown.split('\n')).toHaveLength(2);
  expect(shown).toMatch(/^::error file=trust.test.yaml,line=3,col=5,title=a%3Ab%2C 100%25 "<c>.*::refuted: /);
});

test('github annotates each case that failed, on one line', () => {
  const shown = formatGithub(report);
  expect(shown.split('\n')).toHaveLength(2);
  expect(shown).toMatch(/^::error file=policies\/a b%2Cc%25.test.yaml,line=7,col=5,title=a%3Ab%2C 100%25 "<c>/);
  expect(shown).toContain('::expected `allow`, came `deny`%0A%0ADENY');
  expect(formatGithub({ suites: [passed] })).toBe('');
});

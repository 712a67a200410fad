import { expect, test } from '@jest/globals';
import { runSuite } from '../../src/suite/run-suite.ts';
import { POLICY, policyOf, suiteOf } from './suite-text.ts';

const ENV = '{ sub: "org:acme/prj:payments/env:e1" }';
const DB = '{ action: read, resource: secret/payments/db }';
const ROOT = '{ action: read, resource: secret/payments/root }';
const WRITE = '{ action: write, resource: secret/payments/db }';

test.each<[what: string, given: string, when: string, expected: string, differences: readonly string[]]>([
  ['an allow that comes', ENV, DB, 'allow', []],
  ['an allow by exactly the rules named', ENV, DB, '{ effect: allow, rules: [payments-read], ttl: 15m }', []],
  ['a deny by exactly the rules named', ENV, ROOT, '{ effect: deny, rules: [no-root] }', []],
  ['a deny for want of a rule', ENV, WRITE, '{ effect: deny, rules: [], reasons: [audit_rule_matched] }', []],
  [
    'a stranger that is denied',
    '{ issuer: "https://x.example" }',
    DB,
    '{ effect: deny, reasons: [issuer_unknown] }',
    [],
  ],
  ['a newer token', '{ claims: { organization_id: acme, project_id: payments, environment_id: e } }', DB, 'allow', []],
  ['an allow that does not come', ENV, WRITE, 'allow', ['expected `allow`, came `deny`']],
  ['a deny that does not come', ENV, DB, 'deny', ['expected `deny`, came `allow`']],
  [
    'a deny for want of a rule where one denies',
    ENV,
    ROOT,
    '{ effect: deny, rules: [] }',
    ['expected that no rule denies it, it was `no-root`'],
  ],
  [
    'another reason',
    ENV,
    WRITE,
    '{ effect: deny, reasons: [token_expired] }',
    ['expected the reasons to hold `token_expired`, they are `no_grant_for_request`, `audit_rule_matched`'],
  ],
  ['another ttl', ENV, DB, '{ effect: allow, ttl: 1h }', ['expected that it lasts 3600 s, it lasts 900 s']],
])('%s', (_, given, when, expected, differences) => {
  const { cases } = suiteOf(`version: 1\ntests: [{ given: ${given}, when: ${when}, expect: ${expected} }]`);
  const [result] = runSuite(cases, policyOf(POLICY));
  expect(result).toMatchObject({ passed: differences.length === 0, differences });
});

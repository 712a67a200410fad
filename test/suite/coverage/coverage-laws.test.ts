import { test } from '@jest/globals';
import fc from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { measureCoverage } from '../../../src/suite/coverage/measure-coverage.ts';
import type { TestCase } from '../../../src/suite/suite.ts';
import { coveredPolicy } from './coverage-of.ts';
import { runsOf } from '../../runs.ts';

const AUDIENCES = ['https://a.example', 'https://b.example'];
const ISSUERS: Readonly<Record<string, string>> = { gitpod: 'https://app.gitpod.io', other: 'https://other.example' };

type Conditions = Readonly<Record<string, unknown>>;

interface RuleText {
  readonly effect: string;
  readonly when: Conditions;
  readonly claims: Conditions;
  readonly valid: boolean;
}

const someOf = (keys: Conditions): fc.Arbitrary<Conditions> =>
  fc.subarray(Object.entries(keys)).map((entries) => Object.fromEntries(entries) as Conditions);

const rules: fc.Arbitrary<RuleText> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  when: fc
    .tuple(
      fc.constantFrom<unknown>('gitpod', 'other', ['gitpod', 'other']),
      someOf({ audience: AUDIENCES[0], subject: ['org:acme', 'org:b/user:u'], kind: ['user', 'runner'] }),
    )
    .map(([issuer, rest]) => ({ issuer, ...rest })),
  claims: someOf({ email: { glob: '*@acme.example' }, team: ['sre', 'ops'], trial: { not: true } }),
  valid: fc.boolean(),
});

const cases: fc.Arbitrary<TestCase> = fc
  .record({
    issuer: fc.constantFrom(...Object.values(ISSUERS), 'https://stranger.example'),
    aud: fc.constantFrom<unknown>(...AUDIENCES, AUDIENCES, 'https://c.example'),
    sub: fc.constantFrom('org:acme/user:u', 'org:acme/env:e', 'org:b/user:u', 'org:b/rnr:r', 'acme'),
    claims: someOf({ email: 'ann@acme.example', team: 'sre', trial: false }),
    now: fc.constantFrom(100, 300),
    exp: fc.constantFrom(200, 1000),
  })
  .map(({ issuer, aud, sub, claims, now, exp }) => ({
    name: 'a case',
    at: { file: 'trust.test.yaml', line: 1, column: 1 },
    token: { issuer, claims: { ...claims, iss: issuer, aud, sub, exp } },
    request: { now },
    expected: { effect: 'deny' },
  }));

function textOf({ effect, when, claims, valid }: RuleText): string {
  const issuer = (url: string): object => ({ url, subject: 'gitpod', audiences: AUDIENCES });
  const issuers = Object.entries(ISSUERS).map(([name, url]) => [name, issuer(url)]);
  const conditions = Object.keys(claims).length === 0 ? when : { ...when, claims };
  const lasts = valid ? { valid: { until: '1970-01-01T00:04:00Z' } } : {};
  return JSON.stringify({
    version: 1,
    issuers: Object.fromEntries(issuers) as unknown,
    rules: [{ id: 'r', effect, when: conditions, ...lasts }],
  });
}

/** The same rule, without the condition. */
function without(rule: RuleText, path: string): RuleText {
  const drop = (from: Conditions, key: string): Conditions =>
    Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
  if (path === 'valid') return { ...rule, valid: false };
  return path.startsWith('claims.')
    ? { ...rule, claims: drop(rule.claims, path.slice('claims.'.length)) }
    : { ...rule, when: drop(rule.when, path) };
}

type Holds = (one: TestCase) => boolean;

function appliesUnder(policy: Policy): Holds {
  const compiled = compilePolicy(policy);
  return ({ token, request }) =>
    decide(compiled, token, request).reasons.some(({ code }) => code === 'rule_matched' || code === 'denied_by_rule');
}

/** Whether `decide` shows of a case that this condition alone keeps the rule from it. */
function isAlone(rule: RuleText, policy: Policy, path: string): Holds {
  const applies = appliesUnder(policy);
  const wouldApply =
    path === 'issuer' ? underAnotherIssuer(policy) : appliesUnder(coveredPolicy(textOf(without(rule, path))).policy);
  return (one) => !applies(one) && wouldApply(one);
}

function underAnotherIssuer(policy: Policy): Holds {
  const applies = appliesUnder(policy);
  const { issuers } = policy.rules[0]?.when ?? { issuers: [] };
  return (one) => {
    const isKnown = Object.values(ISSUERS).includes(one.token.issuer);
    if (!isKnown) return issuers.length === 2;
    const isOwn = issuers.some((name) => ISSUERS[name] === one.token.issuer);
    const from = (issuer: string): TestCase => ({ ...one, token: { ...one.token, issuer } });
    return !isOwn && issuers.some((name) => applies(from(ISSUERS[name] ?? '')));
  };
}

test('a condition is covered just where decisions without it differ, a rule just where it applies', () => {
  fc.assert(
    fc.property(rules, fc.array(cases, { maxLength: 8 }), (rule, some) => {
      const covered = coveredPolicy(textOf(rule));
      const [measured] = measureCoverage(covered, some).rules;
      return (measured?.items ?? []).every(({ kind, name, cases: count }) => {
        const reaches = kind === 'rule' ? appliesUnder(covered.policy) : isAlone(rule, covered.policy, name);
        return some.filter(reaches).length === count;
      });
    }),
    { numRuns: runsOf() },
  );
});

test('a condition that is left out makes no difference to any decision', () => {
  fc.assert(
    fc.property(rules, fc.array(cases, { maxLength: 8 }), (rule, some) => {
      const covered = coveredPolicy(textOf(rule));
      const [measured] = measureCoverage(covered, some).rules;
      return (measured?.leftOut ?? []).every((path) => !some.some(isAlone(rule, covered.policy, path)));
    }),
    { numRuns: runsOf() },
  );
});

test('it is 100 % just where every item is covered', () => {
  fc.assert(
    fc.property(rules, fc.array(cases, { maxLength: 40 }), (rule, some) => {
      const { rules: measured, total } = measureCoverage(coveredPolicy(textOf(rule)), some);
      const isAll = measured.every(({ items }) => items.every(({ cases: count }) => count > 0));
      return isAll === (total.percent === 100);
    }),
    { numRuns: runsOf() },
  );
});

/** How each rule is held against a token. */
import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../../src/decision/decision.ts';
import { explain, explainWithin } from '../../../src/decision/explain/explain.ts';
import { decidersOf } from '../../../src/decision/explain/explain-rule.ts';
import type { RuleExplanation } from '../../../src/decision/explain/explanation.ts';
import type { HintCode } from '../../../src/decision/explain/hints/hint.ts';
import { reason } from '../../../src/decision/reason.ts';
import { policyOf } from '../../engine/policies.ts';
import { now } from './facts.ts';

const url = 'https://git.example';
const issuers = { git: { url, subject: 'gitpod', audiences: ['here', 'elsewhere'] } };
const claims = { sub: 'org:acme/user:ada', aud: 'here', exp: now + 60, team: 'payments', level: '5' };
const secrets = { actions: ['read'], resources: ['secret/*'] };
const units = { actions: ['read'], resources: ['${claims.unit}/*'] };

interface Given {
  readonly rule?: object;
  readonly when?: object;
  readonly rules?: readonly object[];
  readonly claims?: object;
  readonly request?: object;
}

function explained(given: Given): RuleExplanation {
  const rule = { id: 'one', effect: 'allow', when: { issuer: 'git', ...given.when }, ...given.rule };
  const policy = policyOf({ issuers, rules: [rule, ...(given.rules ?? [])] });
  const token = { issuer: url, claims: { ...claims, ...given.claims } };
  return explain(policy, token, { ...given.request, now }).rules.find(({ rule: id }) => id === 'one')!;
}

type Row = readonly [says: string, given: Given, path: string, expected: object, hints: readonly HintCode[]];

const conditions: readonly Row[] = [
  ['what holds', { when: { claims: { team: 'payments' } } }, 'claims.team', { status: 'holds', expected: 'payments', actual: 'payments' }, []],
  ['what differs', { when: { claims: { team: 'deploys' } } }, 'claims.team', { status: 'differs', expected: 'deploys', actual: 'payments' }, []],
  ['what is absent', { when: { claims: { unit: 'deploys' } } }, 'claims.unit', { status: 'absent', expected: 'deploys' }, []],
  ['what is unknown', { when: { subject: 'org:Acme' }, claims: { sub: 'nobody' } }, 'subject', { status: 'unknown', expected: 'org:Acme' }, []],
  ['an audience', { when: { audience: 'elsewhere' }, rules: [{ id: 'two', effect: 'allow', when: { issuer: 'git', audience: 'here' } }] }, 'audience', { status: 'differs', expected: 'elsewhere', actual: 'here' }, ['audience-of-another-rule']],
  ['an audience in another case', { when: { audience: 'here' }, claims: { aud: 'HERE' } }, 'audience', { status: 'differs', expected: 'here', actual: 'HERE' }, ['case-differs']],
  ['an audience that holds', { when: { audience: 'here' }, claims: { aud: ['here', 'far-away'] } }, 'audience', { status: 'holds', expected: 'here', actual: 'here' }, []],
  ['a subject', { when: { subject: 'org:Acme' } }, 'subject', { status: 'differs', expected: 'org:Acme', actual: claims.sub }, ['case-differs']],
  ['one of two claims', { when: { claims: { team: 'payments', level: 5 } } }, 'claims.level', { status: 'differs', expected: 5, actual: '5' }, ['wrong-type']],
  ['a claim of a rule that has ended', { when: { claims: { level: 5 } }, rule: { valid: { until: '2027-01-14T08:00:00Z' } } }, 'claims.level', { status: 'differs', expected: 5, actual: '5' }, ['wrong-type']],
  ['a kind of a rule that has ended', { when: { kind: 'environment' }, rule: { valid: { until: '2027-01-14T08:00:00Z' } } }, 'kind', { status: 'differs', expected: 'environment', actual: 'user' }, []],
  ['a time', { rule: { valid: { until: '2027-01-14T08:00:00Z' } } }, 'valid', { status: 'differs', expected: { until: now - 86_400 }, actual: now }, ['rule-expired']],
]; // prettier-ignore

test.each(conditions)('a condition: %s', (_, given, path, expected, hints) => {
  const condition = explained(given).conditions.find((one) => one.path === path)!;
  expect(condition).toStrictEqual({ path, verified: true, ...expected, hints: condition.hints });
  expect(condition.hints.map(({ code }) => code)).toStrictEqual(hints);
});

const read = { action: 'read' };
const readDb = { action: 'read', resource: 'secret/db' };
const filled = { ...secrets, rule: 'one' };
const asked: readonly (readonly [says: string, given: Given, expected: object | undefined, hints: readonly HintCode[]])[] = [
  ['are not asked for plain access', { rule: { grants: [secrets] } }, undefined, []],
  ['are not needed for a deny without any', { rule: { effect: 'deny' }, request: read }, undefined, []],
  ['hold', { rule: { grants: [{ actions: ['drop'] }, secrets] }, request: readDb }, { status: 'holds', expected: [filled], actual: readDb }, []],
  ['differ', { rule: { grants: [secrets, units] }, request: read }, { status: 'differs', expected: [filled], actual: read }, ['resource-needed']],
  ['of a deny differ', { rule: { effect: 'deny', grants: [secrets] }, request: read }, { status: 'differs', expected: [filled], actual: read }, []],
  ['are absent', { request: readDb }, { status: 'absent', expected: [], actual: readDb }, ['no-grants']],
  ['are unknown', { rule: { grants: [secrets] }, claims: { sub: 'nobody' }, request: read }, { status: 'unknown', expected: [], actual: read }, []],
]; // prettier-ignore

test.each(asked)('grants %s', (_, given, expected, hints) => {
  const { grants } = explained(given);
  const all =
    expected === undefined ? undefined : { path: 'grants', verified: true, ...expected, hints: grants?.hints };
  expect(grants).toStrictEqual(all);
  expect(grants?.hints.map(({ code }) => code) ?? []).toStrictEqual(hints);
});

test('a rule without grants to ask has no member for them', () => {
  expect(Object.keys(explained({}))).not.toContain('grants');
});

describe('on a rule as a whole', () => {
  const audit = { mode: 'audit' };
  const nobody = { id: 'nobody', effect: 'deny', when: { issuer: 'git' } };
  const noone = { ...nobody, id: 'noone' };
  const hints: readonly (readonly [says: string, given: Given, hints: readonly (readonly [HintCode, rule?: string])[]])[] = [
    ['nothing where it decides', {}, []],
    ['that it is in audit mode', { rule: audit }, [['audit-mode']]],
    ['nothing where it does not apply', { rule: audit, when: { kind: 'environment' } }, []],
    ['nothing where it does not grant what is asked', { rule: { ...audit, grants: [secrets] }, request: read }, []],
    ['that it grants what is asked in audit mode', { rule: { ...audit, grants: [secrets] }, request: readDb }, [['audit-mode']]],
    ['which denies took it away', { rules: [nobody, noone] }, [['denied-by-rule', 'nobody'], ['denied-by-rule', 'noone']]],
    ['nothing on a deny that decides', { rule: { effect: 'deny' }, rules: [noone] }, []],
    ['nothing where it lies elsewhere', { rules: [{ id: 'two', effect: 'allow', when: { issuer: 'git' } }] }, []],
  ]; // prettier-ignore

  test.each(hints)('it says %s', (_, given, expected) => {
    expect(explained(given).hints.map(({ code, rule }) => (rule === undefined ? [code] : [code, rule]))).toEqual(expected);
  }); // prettier-ignore
});

test('what is in the way counts in conditions and steps', () => {
  const when = { kind: 'environment', claims: { team: 'payments', level: 5 } };
  expect(explained({ when })).toMatchObject({ applies: false, missing: 2, distance: 3, decides: false });
  expect(explained({ when, claims: { exp: 5 } })).toMatchObject({ applies: false, missing: 3, distance: 3 });
  expect(explained({})).toMatchObject({ applies: true, missing: 0, distance: 0, decides: true });
  expect(explained({ claims: { exp: 5 } })).toMatchObject({ applies: false, missing: 1, distance: 0, decides: false });
});

test('what anybody may have written is shown as such', () => {
  const policy = policyOf({ issuers, rules: [{ id: 'one', effect: 'allow', when: { issuer: 'git' }, grants: [secrets] }] });
  const refused = reason('signature_invalid');
  const before = { steps: [], refused, verified: false };
  const [rule] = explainWithin(policy, { issuer: url, claims }, { ...readDb, now }, {}, before).rules;
  expect(rule).toMatchObject({ verified: false, conditions: [{ verified: false }], grants: { verified: false } });
}); // prettier-ignore

test('a decision rests on the rules that its first reason names, and on others like it', () => {
  const of = (...reasons: [code: 'rule_matched' | 'denied_by_rule' | 'audit_rule_matched' | 'condition_not_met', rule: string][]): readonly string[] =>
    decidersOf({ reasons: reasons.map(([code, rule]) => reason(code, { rule })) } as unknown as Decision);
  expect(of(['rule_matched', 'a'], ['rule_matched', 'b'], ['audit_rule_matched', 'c'])).toEqual(['a', 'b']);
  expect(of(['denied_by_rule', 'a'], ['rule_matched', 'b'])).toEqual(['a']);
  expect(of(['condition_not_met', 'a'])).toEqual([]);
}); // prettier-ignore

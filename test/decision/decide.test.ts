/** What a decision says beside its effect: whom and what it refused, how far it got, and how long it lasts. */
import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide, decideWithin, judgeWithin } from '../../src/decision/decide.ts';
import { policyOf } from '../engine/policies.ts';
import type { RuleDoc } from './arbitraries.ts';

const NOW = 1_767_225_600; // 2026-01-01T00:00:00Z
const URL = 'https://i.example';
const claims = { sub: 'org:A/prj:P/env:E', aud: ['x', 'y'], exp: NOW + 600 };

type Rule = Partial<Omit<RuleDoc, 'when'>> & { when?: object };
const compiled = (...rules: Rule[]): ReturnType<typeof compilePolicy> =>
  compilePolicy(
    policyOf({
      issuers: { i: { url: URL, subject: ['gitpod', 'gitpod-v3'], audiences: ['x', 'y', 'z'] } },
      rules: rules.map(({ when, ...rule }, i) => ({
        id: `r${String(i)}`,
        effect: 'allow',
        when: { issuer: 'i', ...when },
        ...rule,
      })),
    }),
  );
const ask = (
  rules: Rule[],
  more: object = {},
  request: object = {},
  issuer: unknown = URL,
): ReturnType<typeof decide> =>
  decide(compiled(...rules), { issuer, claims: { ...claims, ...more } } as never, { now: NOW, ...request });

describe('a token refused before the rules', () => {
  test.each<[what: string, claims: object, request: object, issuer: unknown, reason: object]>([
    ['for its issuer', {}, {}, 'https://other.example', { code: 'issuer_unknown', actual: 'https://other.example' }],
    ['for an issuer that is no text', {}, {}, [URL], { code: 'issuer_unknown', actual: '' }],
    ['for its age', { exp: NOW - 30 }, {}, URL, { code: 'token_expired', expected: NOW, actual: NOW - 30 }],
    ['for an age that is no number', { exp: '9' }, {}, URL, { code: 'token_expired', expected: NOW, actual: '9' }],
    ['for an age that could be taken for a number', { exp: new Date(NOW * 2000) }, {}, URL, { code: 'token_expired', expected: NOW, actual: new Date(NOW * 2000) }],
    ['for no age', { exp: undefined }, {}, URL, { code: 'token_expired', expected: NOW }],
    ['for a malformed audience', { aud: ['x', 1] }, {}, URL, { code: 'claim_malformed', path: 'aud', actual: ['x', 1] }],
    ['for another audience', { aud: 'w' }, {}, URL, { code: 'audience_mismatch', expected: ['x', 'y', 'z'], actual: 'w' }],
    ['for another audience than asked', {}, { audience: 'z' }, URL, { code: 'audience_mismatch', expected: ['z'], actual: ['x', 'y'] }],
    ['for its subject', { sub: 'A' }, {}, URL, { code: 'subject_malformed', path: 'sub', expected: ['gitpod', 'gitpod-v3'], actual: 'A' }],
  ])('%s says so', (_, more, request, issuer, reason) => {
    const { reasons, policy, ...rest } = ask([{}], more, request, issuer);
    const [{ message: _message, ...first }, ...others] = reasons;
    expect([first, others]).toStrictEqual([reason, []]);
    expect(policy).toEqual({ digest: compiled({}).digest });
    expect(rest).toEqual({ effect: 'deny', grants: [], denied: [], expiresAt: NOW });
  }); // prettier-ignore

  test('may be no token at all', () => {
    for (const token of [undefined, null, 'token', 5, () => 1, { issuer: URL, claims: 'claims' }, { issuer: URL, claims: [] }, { issuer: URL, claims: Object.assign(() => 1, claims) }]) {
      expect(decide(compiled({}), token as never, { now: NOW }).effect).toBe('deny');
    }
  }); // prettier-ignore
});

describe('what nothing allowed', () => {
  test.each<[what: string, rules: Rule[], request: object, reason: object]>([
    ['for want of rules', [], {}, { code: 'no_rule_for_issuer', actual: URL }],
    ['for its audience', [{ when: { audience: 'z' } }], {}, { code: 'no_rule_for_audience', actual: ['x', 'y'] }],
    ['for its subject', [{ when: { subject: 'org:B' } }], {}, { code: 'no_rule_for_subject', actual: claims.sub }],
    ['for a time that has not come', [{ valid: { from: '2027-01-01T00:00:00Z' } }], {}, { code: 'condition_not_met', path: 'valid', expected: { from: NOW + 31_536_000 }, actual: NOW }],
    ['for a time that is over', [{ valid: { until: '2026-01-01T00:00:00Z' } }], {}, { code: 'condition_not_met', path: 'valid', expected: { until: NOW }, actual: NOW }],
    ['for an action', [{}], { action: 'read' }, { code: 'no_grant_for_request', actual: { action: 'read' }, expected: [] }],
    ['for a resource', [{ grants: [{ actions: ['read'] }] }], { action: 'read', resource: 'a' }, { code: 'no_grant_for_request', actual: { action: 'read', resource: 'a' }, expected: [{ actions: ['read'], rule: 'r0' }] }],
  ])('%s says so', (_, rules, request, reason) => {
    const { message: _message, rule: _rule, at: _at, ...first } = ask(rules, {}, request).reasons[0];
    expect(first).toStrictEqual(reason);
  }); // prettier-ignore

  test('names enforced allows in the order of their ids, ten of them, each once', () => {
    const near: Rule = { when: { kind: 'user' } };
    const far = (i: number): Rule => ({ id: `q${String(i)}`, when: { subject: 'org:A', claims: { n: i } } });
    const rules: Rule[] = [
      ...Array.from({ length: 12 }, (_, i) => far(i)),
      { ...near, id: 'a' },
      { ...near, id: 'z' },
      { id: 'b', when: { subject: 'org:A', claims: { n: 99 } }, mode: 'audit' },
      { id: 'c', when: { subject: 'org:B' } },
    ];
    const named = ask(rules).reasons.map(({ rule }) => rule);
    expect(named).toEqual(['a', 'q0', 'q1', 'q10', 'q11', 'q2', 'q3', 'q4', 'q5', 'q6']);
    const few = [...rules.slice(0, 9), ...rules.slice(12)];
    expect(ask(few).reasons.map(({ rule }) => rule)).toEqual(['a', ...'012345678'.split('').map((i) => `q${i}`)]);
    const both = Array.from({ length: 10 }, (_, i): Rule => ({
      id: `q${String(i)}`,
      when: { kind: 'user', claims: { n: i } },
    }));
    expect(ask(both, { n: 3 }).reasons.map(({ rule }) => rule)).toEqual(both.map(({ id }) => id));
    const beside = both.map((rule) => ({ ...rule, when: { ...rule.when, subject: { glob: 'org:A/prj:Q*/**' } } }));
    expect(ask(beside).reasons.map(({ code }) => code)).toEqual(['no_rule_for_subject']);
    const looked = ask(rules, { n: 11 }, { action: 'read' }).reasons.map(({ code, rule }) => [code, rule]);
    expect(looked).toEqual([['no_grant_for_request', 'q11']]);
  });
});

test('an allow says by which policy', () => {
  const policy = compiled({});
  expect(policy.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(decide(policy, { issuer: URL, claims }, { now: NOW }).policy).toEqual({ digest: policy.digest });
});

describe('a service with a name', () => {
  test.each<[what: string, bound: string[] | undefined, request: object, code: string]>([
    ['answers to it', ['x'], {}, 'rule_matched'],
    ['answers to nothing else', ['z'], {}, 'audience_mismatch'],
    ['may be asked for it', ['x', 'z'], { audience: 'x' }, 'rule_matched'],
    ['may not be asked for another', ['x'], { audience: 'y' }, 'audience_mismatch'],
    ['may go without', undefined, { audience: 'y' }, 'rule_matched'],
  ])('%s', (_, audiences, request, code) => {
    const bounds = { now: NOW, ...(audiences === undefined ? {} : { audiences }) };
    const { reasons } = decideWithin(compiled({}), { issuer: URL, claims }, request, bounds);
    expect(reasons[0].code).toBe(code);
  });

  test('says what it answers to', () => {
    const { reasons } = decideWithin(
      compiled({}),
      { issuer: URL, claims },
      { audience: 'y' },
      { now: NOW, audiences: ['x'] },
    );
    expect(reasons[0]).toMatchObject({ expected: [], actual: ['x', 'y'] });
  });
});

describe('notes of rules in audit mode', () => {
  const granted: Rule = { mode: 'audit', grants: [{ actions: ['read'] }] };
  test.each<[what: string, request: object, noted: boolean]>([
    ['are given of plain access', {}, true],
    ['are given of an action they speak of', { action: 'read' }, true],
    ['are not given of another', { action: 'write' }, false],
  ])('%s', (_, request, noted) => {
    for (const effect of ['allow', 'deny'] as const) {
      const { reasons } = ask([{}, { ...granted, effect }], {}, request);
      expect(reasons.some(({ code }) => code === 'audit_rule_matched')).toBe(noted);
    }
  });
});

describe('a judgement lasts', () => {
  const FROM = '2026-01-01T00:00:00Z';
  test.each<[what: string, rules: Rule[], lasts: object | undefined]>([
    ['as long as token and ttl', [{ ttl: '5m' }], { ttl: 300, exp: NOW + 600 }],
    ['as long as the token where no ttl is set', [{}], { ttl: Infinity, exp: NOW + 600 }],
    ['only where it is an allow', [], undefined],
    ['only where no rule ever ends', [{}, { valid: { until: '2030-01-01T00:00:00Z' } }], undefined],
    ['only where no rule ever began', [{}, { valid: { from: FROM } }], undefined],
    ['not where a rule in audit mode ends', [{}, { mode: 'audit', valid: { until: '2030-01-01T00:00:00Z' } }], undefined],
    ['whatever rules say that do not concern it', [{}, { when: { kind: 'user' }, valid: { from: FROM } }], { ttl: Infinity, exp: NOW + 600 }],
  ])('%s', (_, rules, lasts) => {
    expect(judgeWithin(compiled(...rules), { issuer: URL, claims }, {}, { now: NOW }).lasts).toEqual(lasts);
  }); // prettier-ignore

  test('whichever rule comes last', () => {
    const bounded: Rule = { valid: { from: FROM } };
    for (const rules of [[bounded, {}], [{}, bounded]]) {
      expect(judgeWithin(compiled(...rules), { issuer: URL, claims }, {}, { now: NOW }).lasts).toBeUndefined();
    }
  }); // prettier-ignore
});

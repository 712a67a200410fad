import { describe, expect, test } from '@jest/globals';
import { askConditions, compileConditions, type Facts } from '../../../src/decision/explain/rule-conditions.ts';
import type { TrustRule } from '../../../src/policy/policy.ts';
import { policyOf } from '../../engine/policies.ts';
import { factsWith, now, principalAt } from './facts.ts';

const issuers = {
  git: { url: 'https://git.example', subject: 'gitpod', audiences: ['here', 'there', 'elsewhere'] },
  hub: { url: 'https://hub.example', audiences: ['here'] },
};

function ruleOf(when: object, more: object = {}): TrustRule {
  const rule = { id: 'one', effect: 'allow', when: { issuer: 'git', ...when }, ...more };
  return policyOf({ issuers, rules: [rule] }).rules[0]!;
}

const ada = principalAt('org:acme/user:ada');
const until = '2027-01-15T08:00:00Z';

const rows: readonly (readonly [says: string, rule: TrustRule, facts: Partial<Facts>, asked: object | undefined])[] = [
  ['an issuer', ruleOf({}), {}, { path: 'issuer', holds: true, expected: 'git', actual: 'git' }],
  ['one of several issuers', ruleOf({ issuer: ['hub', 'git'] }), {}, { path: 'issuer', holds: true, expected: ['hub', 'git'], actual: 'git' }],
  ['another issuer', ruleOf({}), { issuer: 'hub' }, { path: 'issuer', holds: false, expected: 'git', actual: 'hub' }],
  ['an issuer that is not trusted', ruleOf({}), { issuer: undefined }, { path: 'issuer', holds: false, expected: 'git', actual: 'https://git.example' }],
  ['an audience', ruleOf({ audience: 'here' }), {}, { path: 'audience', holds: true, expected: 'here', actual: 'here' }],
  ['one of several audiences', ruleOf({ audience: ['there', 'here'] }), { audiences: ['elsewhere', 'here'] }, { path: 'audience', holds: true, expected: ['there', 'here'], actual: ['elsewhere', 'here'] }],
  ['another audience', ruleOf({ audience: 'there' }), {}, { path: 'audience', holds: false, expected: 'there', actual: 'here' }],
  ['no audience that counts', ruleOf({ audience: 'here' }), { audiences: [], claims: { aud: 'x' } }, { path: 'audience', holds: false, expected: 'here', actual: 'x' }],
  ['audiences that are not known', ruleOf({ audience: 'here' }), { audiences: undefined, claims: { aud: 5 } }, { path: 'audience', holds: undefined, expected: 'here', actual: 5 }],
  ['a subject', ruleOf({ subject: 'org:acme' }), { principal: ada }, { path: 'subject', holds: true, expected: 'org:acme', actual: ada.path }],
  ['one of several subjects', ruleOf({ subject: ['org:b', { equals: ada.path }] }), { principal: ada }, { path: 'subject', holds: true, expected: ['org:b', { equals: ada.path }], actual: ada.path }],
  ['another subject', ruleOf({ subject: 'org:b' }), { principal: ada }, { path: 'subject', holds: false, expected: 'org:b', actual: ada.path }],
  ['a subject that is not known', ruleOf({ subject: 'org:b' }), {}, { path: 'subject', holds: undefined, expected: 'org:b' }],
  ['a kind', ruleOf({ kind: 'user' }), { principal: ada }, { path: 'kind', holds: true, expected: 'user', actual: 'user' }],
  ['another kind', ruleOf({ kind: ['environment', 'runner'] }), { principal: ada }, { path: 'kind', holds: false, expected: ['environment', 'runner'], actual: 'user' }],
  ['a kind that is not known', ruleOf({ kind: 'user' }), {}, { path: 'kind', holds: undefined, expected: 'user' }],
  ['a claim', ruleOf({ claims: { team: 'a' } }), { claims: { team: 'a' } }, { path: 'claims.team', holds: true, expected: 'a', actual: 'a' }],
  ['a claim that is absent', ruleOf({ claims: { team: 'a' } }), {}, { path: 'claims.team', holds: false, expected: 'a' }],
  ['a time', ruleOf({}, { valid: { until } }), {}, { path: 'valid', holds: false, expected: { until: now }, actual: now }],
]; // prettier-ignore

describe('asks', () => {
  test.each(rows)('%s', (_, rule, given, asked) => {
    const conditions = askConditions(rule, factsWith(given));
    expect(conditions.filter(({ path }) => path !== 'issuer' || conditions.length === 1)).toStrictEqual([asked]);
  });

  test('each condition in the order in which they are written down', () => {
    const rule = ruleOf({ audience: 'here', subject: 'org:b', kind: 'user', claims: { b: 1, a: 1 } }, { valid: { until } });
    const { ask, rule: same } = compileConditions(rule);
    expect(same).toBe(rule);
    const paths = ['issuer', 'audience', 'subject', 'kind', 'claims.b', 'claims.a', 'valid'];
    expect(ask(factsWith({})).map(({ path }) => path)).toEqual(paths);
  }); // prettier-ignore
});

describe('asks of grants', () => {
  const grants = [{ actions: ['read'], resources: ['secret/*'] }, { actions: ['write'], resources: ['${claims.unit}/*'] }];
  const { askGrants } = compileConditions(ruleOf({}, { grants }));
  const reading = { action: 'read', resource: 'secret/db', now };

  test('whether each covers the request, and what it comes to', () => {
    const read = { actions: ['read'], resources: ['secret/*'], rule: 'one' };
    expect(askGrants(factsWith({ principal: ada, request: reading }))).toStrictEqual([
      { covers: true, grant: read },
      { covers: false, grant: undefined },
    ]);
    const facts = factsWith({ principal: ada, claims: { unit: 'ops' }, request: { ...reading, action: 'write' } });
    expect(askGrants(facts)).toStrictEqual([
      { covers: false, grant: read },
      { covers: false, grant: { actions: ['write'], resources: ['ops/*'], rule: 'one' } },
    ]);
  });

  test('nothing where no action is asked for, nobody is known, or there are none', () => {
    expect(askGrants(factsWith({ principal: ada }))).toEqual([]);
    expect(askGrants(factsWith({ request: reading }))).toEqual([]);
    expect(compileConditions(ruleOf({})).askGrants(factsWith({ principal: ada, request: reading }))).toEqual([]);
  });
}); // prettier-ignore

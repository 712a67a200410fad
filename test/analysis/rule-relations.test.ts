/** What is said of rules against everything there is in a small universe. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  confirms,
  contradictingRules,
  deadRules,
  redundantDenies,
  type RuleRelation,
  shadowedRules,
  speaks,
} from '../../src/analysis/index.ts';
import type { DecisionToken } from '../../src/decision/decide.ts';
import type { Policy, TrustRule } from '../../src/policy/policy.ts';
import {
  anyPolicy,
  anyShare,
  deciderOf,
  matching,
  NOW,
  numRuns,
  policyOf,
  requests,
  type Request,
} from './universe.ts';

type Question = (policy: Policy) => readonly RuleRelation[];
type Law = (policy: Policy, relation: RuleRelation, share: Tokens) => void;
type Tokens = readonly DecisionToken[];

const changesNothing: Law = (policy, { rule }, share) => {
  const [before, after] = [deciderOf(policy), deciderOf(policy, rule)];
  for (const token of matching(policy, rule, share)) {
    for (const request of requests) expect(after(token, request).effect).toBe(before(token, request).effect);
  }
};

const neverDecides: Law = (policy, { rule, leavesPlainAccess }, share) => {
  const decide = deciderOf(policy);
  const asked = requests.filter(({ action }: Request) => action !== undefined || leavesPlainAccess !== true);
  for (const token of matching(policy, rule, share)) {
    for (const request of asked) expect(speaks(decide(token, request), rule)).toBe(false);
  }
};

const laws: readonly (readonly [Question, Law])[] = [
  [shadowedRules, changesNothing],
  [deadRules, neverDecides],
  [redundantDenies, changesNothing],
  [
    contradictingRules,
    (policy, relation, share) => {
      neverDecides(policy, relation, share);
      expect(matching(policy, relation.rule, share)).toEqual(matching(policy, relation.other!, share));
    },
  ],
];

describe('in every small policy', () => {
  test('shadowed rules and redundant denies change nothing, dead and contradicted rules never decide', () => {
    fc.assert(
      fc.property(anyPolicy, anyShare, (policy, share) => {
        for (const [question, law] of laws) {
          for (const relation of question(policy)) {
            const { rule, other, witness } = relation;
            if (witness !== undefined) {
              expect(confirms(witness, rule, policy)).toBe(true);
              if (other !== undefined) expect(confirms(witness, other, policy)).toBe(true);
            }
            law(policy, relation, share);
          }
        }
      }),
      { numRuns },
    );
  });

  test('all shadowed rules can be taken out at once', () => {
    fc.assert(
      fc.property(anyPolicy, anyShare, (policy, share) => {
        const gone = new Set<TrustRule>(shadowedRules(policy).map(({ rule }) => rule));
        if (gone.size < 2) return;
        const after = deciderOf({ ...policy, rules: policy.rules.filter((rule) => !gone.has(rule)) });
        const before = deciderOf(policy);
        for (const token of share) {
          expect(after(token, { now: NOW }).effect).toBe(before(token, { now: NOW }).effect);
        }
      }),
      { numRuns },
    );
  });
});

const env = { issuer: 'g', subject: 'org:A/prj:p', kind: 'environment' };
const org = { issuer: 'g', subject: 'org:A' };
const a = [{ actions: ['a'], resources: ['x/y'] }];
const wide = [{ actions: ['a', 'b'], resources: ['x/**', 'z'] }];
const own = [{ actions: ['a'], resources: ['x/${subject.org}'] }];
const allow = (when: object, grants?: object, more: object = {}): object => ({
  effect: 'allow',
  when,
  grants,
  ...more,
});
const deny = (when: object, grants?: object, more: object = {}): object => ({ effect: 'deny', when, grants, ...more });

test.each<[string, Question, object[], string[]]>([
  ['shadowed by a wider rule', shadowedRules, [allow(env, a), allow(org, wide)], ['rule-0 rule-1']],
  ['shadowed by an equal rule, the later one', shadowedRules, [allow(org, a), allow(org, a)], ['rule-1 rule-0']],
  ['shadowed where both fill in the same', shadowedRules, [allow(env, own), allow(org, own)], ['rule-0 rule-1']],
  ['shadowed where any segment is granted', shadowedRules, [allow(env, own), allow(org, wide)], ['rule-0 rule-1']],
  ['not shadowed by a rule that lasts less long', shadowedRules, [allow(env, a), allow(org, wide, { ttl: '1m' })], []],
  ['not shadowed by a rule in audit mode', shadowedRules, [allow(env, a), allow(org, wide, { mode: 'audit' })], []],
  ['not shadowed by what a template may grant', shadowedRules, [allow(env, a), allow(org, own)], []],
  ['not shadowed by a narrower rule', shadowedRules, [allow(env, wide), allow(org, a)], []],
  ['dead under a wider deny', deadRules, [allow(env, a), deny(org)], ['rule-0 rule-1']],
  ['dead but for plain access', deadRules, [allow(env, a), deny(org, wide)], ['rule-0 rule-1 plain']],
  ['alive under a deny of something else', deadRules, [allow(env, wide), deny(org, a)], []],
  ['dead by its claims', deadRules, [allow({ ...org, claims: { role: 'r1', '/role': 'r2' } })], ['rule-0']],
  ['dead by its kind', deadRules, [allow({ ...env, kind: 'user' })], ['rule-0']],
  ['alive under a deny in audit mode', deadRules, [allow(env, a), deny(org, undefined, { mode: 'audit' })], []],
  [
    'redundant without an allow that it meets',
    redundantDenies,
    [allow(env, a), deny({ issuer: 'g', subject: 'org:AB' })],
    ['rule-1'],
  ],
  ['redundant under a wider deny', redundantDenies, [allow(org, wide), deny(env, a), deny(org, a)], ['rule-1 rule-2']],
  [
    'redundant for an action that nothing gives',
    redundantDenies,
    [allow(org, a), deny(env, [{ actions: ['b'] }])],
    ['rule-1'],
  ],
  ['needed where it takes something away', redundantDenies, [allow(org, wide), deny(env, a)], []],
  [
    'needed where its template cannot be filled in',
    redundantDenies,
    [allow(org, a), deny(env, [{ actions: ['a'], resources: ['z/${claims.t}'] }])],
    [],
  ],
  ['contradicted by the same conditions', contradictingRules, [allow(org, a), deny(org)], ['rule-0 rule-1']],
  ['contradicted but for plain access', contradictingRules, [allow(org, a), deny(org, wide)], ['rule-0 rule-1 plain']],
  ['dead no more where it is contradicted', deadRules, [allow(org, a), deny(org)], []],
])('%s', (_, question, rules, expected) => {
  const found = question(policyOf(rules)).map(({ rule, other, leavesPlainAccess }) =>
    [rule.id, ...(other ? [other.id] : []), ...(leavesPlainAccess === true ? ['plain'] : [])].join(' '),
  );
  expect(found).toEqual(expected);
});

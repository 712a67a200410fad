/** The set model against everything there is in a small universe. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boxOf, confirms, implies, overlap, satisfiable } from '../../src/analysis/index.ts';
import type { DecisionToken } from '../../src/decision/decide.ts';
import type { Policy, TrustRule } from '../../src/policy/policy.ts';
import {
  anyPolicy,
  anyShare,
  matching,
  numRuns,
  plainPair,
  policyOf,
  requests,
  speaking,
  wholeRuns,
} from './universe.ts';

const pairsOf = ({ rules }: Policy): [TrustRule, TrustRule][] =>
  rules.flatMap((a) => rules.map((b): [TrustRule, TrustRule] => [a, b]));

describe('a rule as a set', () => {
  test('is empty, implies and overlaps others as tokens show', () => {
    fc.assert(
      fc.property(anyPolicy, anyShare, (policy, share) => {
        const matched = new Map(policy.rules.map((rule) => [rule, matching(policy, rule, share)]));
        const tokensOf = (rule: TrustRule): ReadonlySet<DecisionToken> => matched.get(rule)!;
        for (const rule of policy.rules) {
          const found = satisfiable(boxOf(rule, policy), policy);
          if (found === 'none') expect(tokensOf(rule).size).toBe(0);
          else if (found !== 'undecided') expect(confirms(found, rule, policy)).toBe(true);
        }
        for (const [a, b] of pairsOf(policy)) {
          const both = [...tokensOf(a)].filter((token) => tokensOf(b).has(token));
          if (implies(boxOf(a, policy), boxOf(b, policy)) === true) expect(both).toHaveLength(tokensOf(a).size);
          const found = overlap(boxOf(a, policy), boxOf(b, policy), policy);
          if (found === 'undecided') continue;
          if (found !== 'none') {
            expect(confirms(found, a, policy)).toBe(true);
            expect(confirms(found, b, policy)).toBe(true);
            continue;
          }
          const [doesA, doesB] = [speaking(policy, a), speaking(policy, b)];
          const shared = both.flatMap((token) =>
            requests.filter((request) => doesA(token, request) && doesB(token, request)),
          );
          expect(shared).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  test('decides everything about prefixes, kinds, audiences and equal claims', () => {
    fc.assert(
      fc.property(plainPair, (policy) => {
        const [a, b] = policy.rules as [TrustRule, TrustRule];
        const [boxA, boxB] = [boxOf(a, policy), boxOf(b, policy)];
        const [inA, inB] = [matching(policy, a), matching(policy, b)];
        expect(implies(boxA, boxB)).toBe([...inA].every((token) => inB.has(token)));
        expect(overlap(boxA, boxB, policy) !== 'none').toBe([...inA].some((token) => inB.has(token)));
        expect(overlap(boxA, boxB, policy)).not.toBe('undecided');
        expect(satisfiable(boxA, policy) !== 'none').toBe(inA.size > 0);
      }),
      { numRuns: wholeRuns },
    );
  });
});

const allow = (when: object): object => ({ effect: 'allow', when: { issuer: 'g', ...when } });
const claim = (role: unknown): object => allow({ claims: { role } });
const deny = (role: unknown): object => ({ ...claim(role), effect: 'deny' });

test.each<[string, object, object, unknown]>([
  ['a prefix implies a wider one', allow({ subject: 'org:A/prj:p' }), allow({ subject: 'org:A' }), true],
  ['a look-alike organization implies nothing', allow({ subject: 'org:AB' }), allow({ subject: 'org:A' }), false],
  [
    'all kinds together imply no kind',
    allow({ kind: ['user', 'runner', 'environment', 'service-account'] }),
    allow({}),
    true,
  ],
  [
    'no kind implies all kinds together',
    allow({}),
    allow({ kind: ['user', 'runner', 'environment', 'service-account'] }),
    true,
  ],
  [
    'projects and their environments have one prefix',
    allow({ subject: { glob: 'org:A/prj:p/env:*' } }),
    allow({ subject: 'org:A/prj:p' }),
    true,
  ],
  [
    'a prefix of a project is all its environments',
    allow({ subject: 'org:A/prj:p' }),
    allow({ subject: { glob: 'org:A/prj:p/env:*' } }),
    true,
  ],
  [
    'two globs together cover what they cover',
    allow({ subject: { glob: 'org:a*b/**' } }),
    allow({ subject: [{ glob: 'org:a*/**' }] }),
    true,
  ],
  [
    'a star does not reach into another segment',
    allow({ subject: { glob: 'org:A*/user:*' } }),
    allow({ subject: { glob: 'org:A/user:*' } }),
    false,
  ],
  ['all audiences imply any', allow({}), allow({ audience: ['one', 'two'] }), true],
  ['one audience does not imply the other', allow({ audience: ['one', 'two'] }), allow({ audience: 'one' }), false],
  ['an equal claim implies its glob', claim('r1'), claim({ glob: 'r*' }), true],
  ['an equal claim implies that it is present', claim('r1'), claim({ present: true }), true],
  ['in an allow, not one implies present', claim({ not: 'r1' }), claim({ present: true }), true],
  ['in a deny, not one holds for what is absent', deny({ not: 'r1' }), claim({ present: true }), false],
  ['an absent claim meets the not of a deny', claim({ present: false }), deny({ not: 'r1' }), true],
  ['all of two members imply any of them', claim({ contains: ['r1', 'r2'] }), claim({ containsAny: ['r1'] }), true],
  ['any of two members does not imply one', claim({ containsAny: ['r1', 'r2'] }), claim({ contains: ['r1'] }), false],
  ['a deeper pointer is left undecided', claim('r1'), allow({ claims: { '/role/a': 'r1' } }), 'undecided'],
])('%s', (_, a, b, expected) => {
  const policy = policyOf([a, b]);
  const [first, second] = policy.rules.map((rule) => boxOf(rule, policy));
  expect(implies(first!, second!)).toBe(expected);
});

/** Who is said to be allowed a request, against everybody there is in a small universe. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Left, type ReachAnswer, who, type Whom } from '../../src/analysis/index.ts';
import type { Policy, TrustRule } from '../../src/policy/policy.ts';
import type { DecisionToken } from '../../src/decision/decide.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import { documentOf } from './policy-document.ts';
import { memberOf } from './reach-members.ts';
import { anyPolicy, deciderOf, NOW, reachRuns, policyOf, type Request, requests, tokens } from './universe.ts';

/** Requests that rules often speak of, and all others. */
const often = requests.filter(({ action = 'a', resource = 'x' }) => action === 'a' && ['x', 'x/y'].includes(resource));
const anyRequest = fc
  .tuple(
    fc.constantFrom(...often, ...often, ...often, ...requests),
    fc.constantFrom(undefined, undefined, 'one', 'two', 'three'),
  )
  .map(([request, audience]): Request => ({ ...request, ...(audience === undefined ? {} : { audience }) }));

/** Few decisions a token: one request alone is asked for. */
const oneInFive = fc.nat(4).map((first) => tokens.filter((_, i) => i % 5 === first));

type Way = Whom & Left;
interface Told {
  readonly ways: readonly Way[];
  readonly taken: readonly (Whom & { readonly by: readonly TrustRule[] })[];
}

/** The rules of an answer, apart for what denies leave of them. */
function told(rules: ReachAnswer['rules']): Told {
  const [ways, taken]: [Way[], Told['taken'][number][]] = [[], []];
  for (const rule of rules) {
    expect(rule.gives).toHaveLength(1);
    const { standing } = rule.gives[0]!;
    if ('takenBy' in standing) taken.push({ ...rule, by: standing.takenBy });
    else ways.push({ ...rule, ...standing });
  }
  return { ways, taken };
}

const ask = (policy: Policy, { now, ...request }: Request): Told => told(who(policy, { ...request, at: now }).rules);

test('exactly those are allowed who are in some way and in none of its exceptions', () => {
  const found = { witness: 0, possibly: 0, nobody: 0 };
  fc.assert(
    fc.property(anyPolicy, anyRequest, oneInFive, (policy, request, some) => {
      const { ways, taken } = ask(policy, request);
      const decide = deciderOf(policy);
      const described = ways.map((way) => {
        const [isIn, isOut] = [memberOf(way, policy), way.except.map((deny) => memberOf(deny, policy))];
        return (token: DecisionToken): boolean =>
          isIn(token, request) && !isOut.some((isMember) => isMember(token, request));
      });
      const gone = taken.map((way) => memberOf(way, policy));
      for (const token of some) {
        const isAllowed = decide(token, request).effect === 'allow';
        if (isAllowed !== described.some((isDescribed) => isDescribed(token))) {
          expect([token, request, isAllowed, ways]).toEqual('as described');
        }
      }
      for (const isMember of gone) {
        const denied = some.filter((token) => isMember(token, request) && decide(token, request).effect === 'allow');
        expect(denied.filter((token) => !described.some((isDescribed) => isDescribed(token)))).toEqual([]);
      }
      found.witness += ways.filter(({ witness }) => witness !== undefined).length;
      found.possibly += ways.filter(({ witness }) => witness === undefined).length;
      if (ways.length === 0) found.nobody += 1;
    }),
    { numRuns: reachRuns },
  );
  expect(found.witness).toBeGreaterThan(reachRuns / 10 - 5);
  expect(found.possibly).toBeLessThan(found.witness / 4 + 5);
  expect(found.nobody).toBeGreaterThan(reachRuns / 5 - 5);
});

test('every witness is allowed, is one of its way, and is no exception', () => {
  fc.assert(
    fc.property(anyPolicy, anyRequest, (policy, request) => {
      const document = documentOf(policy);
      for (const way of ask(policy, request).ways) {
        const { witness, except } = way;
        if (witness === undefined) continue;
        expect(witness.request).toEqual(request);
        const token = { issuer: witness.token.issuer, claims: { ...witness.token.claims } };
        expect(deciderOf(policy)(token, request).effect).toBe('allow');
        expect(referenceDecide(document, token, request).effect).toBe('allow');
        expect(memberOf(way, policy)(token, request)).toBe(true);
        expect(except.filter((deny) => memberOf(deny, policy)(token, request))).toEqual([]);
      }
    }),
    { numRuns: reachRuns },
  );
});

const allow = (when: object, grants?: object, more: object = {}): object => ({ effect: 'allow', when: { issuer: 'g', ...when }, grants, ...more }); // prettier-ignore
const deny = (when: object, grants?: object, more: object = {}): object => ({ ...allow(when, grants, more), effect: 'deny' }); // prettier-ignore
const on = (...resources: string[]): object[] => [{ actions: ['a'], resources }];

describe('of one request', () => {
  test.each<[string, object[], string[]]>([
    ['a rule that grants it', [allow({ subject: 'org:A' }, on('x/**'))], ['way rule-0']],
    ['no rule that grants something else', [allow({ subject: 'org:A' }, on('z'))], []],
    ['a template, for whom it is filled in so', [allow({}, on('x/${subject.project}'))], ['way rule-0 prj=y']],
    ['a template by each way to fill it in', [allow({}, on('${claims.t}/y', 'x/${claims.t}'))], ['way rule-0 t=x', 'way rule-0 t=y']], // prettier-ignore
    ['no template that would need two values at once', [allow({}, on('${claims.t}/${claims.t}'))], []],
    [
      'what a deny leaves',
      [allow({ subject: 'org:A' }, on('x/y')), deny({ kind: 'user' })],
      ['way rule-0 except rule-1'],
    ],
    ['no exception of others', [allow({ subject: 'org:A' }, on('x/y')), deny({ subject: 'org:AB' })], ['way rule-0']],
    ['no exception for something else', [allow({}, on('x/y')), deny({}, on('x/z'))], ['way rule-0']],
    ['a deny that cannot be filled in', [allow({}, on('x/y')), deny({}, on('z/${subject.project}'))], ['way rule-0 except rule-1 prj!']], // prettier-ignore
    ['nothing that a wider deny takes', [allow({ subject: 'org:A' }, on('x/y')), deny({})], ['taken rule-0 by rule-1']],
    ['nothing that two denies take together', [allow({ subject: 'org:A/prj:p' }, on('x/y')), deny({ claims: { role: { present: true } } }), deny({ claims: { role: { present: false } } })], ['taken rule-0 by rule-1 rule-2']], // prettier-ignore
    ['nobody by conditions that cannot be', [allow({ subject: 'org:A/user:u', kind: 'runner' }, on('x/y'))], []],
    ['apart what is in audit mode', [allow({}, on('x/y'), { mode: 'audit' }), deny({}, undefined, { mode: 'audit' })], ['audit-deny rule-1']], // prettier-ignore
    ['an allow in audit mode', [allow({}, on('x/y'), { mode: 'audit' })], ['audit rule-0']],
    ['apart what holds at another time', [allow({}, on('x/y'), { valid: { until: '2020-01-01T00:00:00Z' } })], ['later rule-0']], // prettier-ignore
  ])('tells %s', (_, rules, expected) => {
    const answer = who(policyOf(rules), { action: 'a', resource: 'x/y', at: NOW });
    const { ways, taken } = told(answer.rules);
    const { audit, otherTimes } = answer;
    const demanded = (demands: Whom['demands']): string =>
      demands.map(({ variable, is }) => ` ${Object.values(variable)[0]}${typeof is === 'object' ? `=${is.value}` : '!'}`).join(''); // prettier-ignore
    expect([
      ...ways.map(({ rule, demands, except }) =>
        [`way ${rule.id}${demanded(demands)}`, ...except.map((one) => `except ${one.rule.id}${demanded(one.demands)}`)].join(' '),
      ), // prettier-ignore
      ...taken.map(({ rule, by }) => `taken ${rule.id} by ${by.map(({ id }) => id).join(' ')}`),
      ...told(audit.rules).ways.map(({ rule }) => `audit ${rule.id}`),
      ...audit.denies.map(({ rule }) => `audit-deny ${rule.id}`),
      ...otherTimes.map(({ id }) => `later ${id}`),
    ]).toEqual(expected);
  });
});

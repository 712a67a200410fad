/** What is said that principals can do, against all they can in a small universe. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { can, type CanQuestion, type Given, type Reached, type Standing } from '../../src/analysis/index.ts';
import type { DecisionToken } from '../../src/decision/decide.ts';
import type { Policy, TrustRule } from '../../src/policy/policy.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import { documentOf } from './policy-document.ts';
import { memberOf } from './reach-members.ts';
import {
  anyPolicy,
  deciderOf,
  NOW,
  reachRuns,
  policyOf,
  requests,
  type Request,
  speaking,
  tokens,
} from './universe.ts';

const maybe = (...values: (string | undefined)[]): fc.Arbitrary<string | undefined> =>
  fc.constantFrom(undefined, ...values);
const anyQuestion: fc.Arbitrary<CanQuestion> = fc
  .record({
    subject: fc.constantFrom('org:A', 'org:A', 'org:AB', 'org:A/prj:p', 'org:A/prj:p/env:e', 'org:A/user:u'),
    kind: maybe(undefined, undefined, 'user', 'environment', 'service-account'),
    issuer: maybe('g', 'g', 'g', 'v', 'o'),
    audience: maybe('one', 'two'),
  })
  .map((drawn) => JSON.parse(JSON.stringify({ ...drawn, at: NOW })) as CanQuestion);

/** Of the tokens that are asked about, every so many-th is tried, others in each run. */
const STRIDE = 60;

/** The tokens that are asked about. */
function asked(policy: Policy, { subject, kind, issuer }: CanQuestion): readonly DecisionToken[] {
  const decide = deciderOf({ ...policy, rules: [] });
  const url = policy.issuers.find(({ name }) => name === issuer)?.url;
  return tokens.filter((token) => {
    const { principal } = decide(token, { now: NOW });
    if (principal === undefined || (url !== undefined && token.issuer !== url)) return false;
    if (kind !== undefined && principal.kind !== kind) return false;
    return principal.kind === 'subject' ? principal.path === subject : `${principal.path}/`.startsWith(`${subject}/`);
  });
}

/** Whether something that is given is for a token and a request. */
function isFor(reached: Reached, given: Given, policy: Policy): (token: DecisionToken, request: Request) => boolean {
  const { grants: _, ...bare } = reached.rule;
  const isMember = memberOf(reached, policy);
  const { grant } = given;
  const speaks = speaking(policy, grant === undefined ? bare : { ...bare, grants: [grant] });
  return (token, request) =>
    (request.action === undefined) === (grant === undefined) && isMember(token, request) && speaks(token, request);
}

const exceptionsOf = (standing: Standing): readonly TrustRule[] =>
  'takenBy' in standing ? [] : standing.except.map(({ rule }) => rule);

test('exactly that is allowed which is given and of which no exception speaks', () => {
  const found = { witness: 0, possibly: 0, nothing: 0 };
  fc.assert(
    fc.property(anyPolicy, anyQuestion, fc.nat(STRIDE - 1), (policy, question, first) => {
      const { rules } = can(policy, question);
      const all = rules.flatMap((reached) => reached.gives.map((given) => ({ reached, given })));
      const described = all.map(({ reached, given }) => ({
        isTaken: 'takenBy' in given.standing,
        isFor: isFor(reached, given, policy),
        denies: [...new Set(exceptionsOf(given.standing))].map((rule) => speaking(policy, rule)),
      }));
      const decide = deciderOf(policy);
      const { audience } = question;
      for (const token of asked(policy, question).filter((_, i) => i % STRIDE === first)) {
        for (const bare of requests) {
          const request: Request = { ...bare, ...(audience === undefined ? {} : { audience }) };
          const isAllowed = decide(token, request).effect === 'allow';
          const given = described.filter((one) => one.isFor(token, request));
          const isSaid = given.some(
            ({ isTaken, denies }) => !isTaken && !denies.some((speaks) => speaks(token, request)),
          );
          if (isAllowed !== isSaid) expect([token, request, isAllowed, rules]).toEqual('as described');
        }
      }
      for (const { given } of all) {
        if ('takenBy' in given.standing) continue;
        if (given.standing.witness === undefined) found.possibly += 1;
        else found.witness += 1;
      }
      if (all.length === 0) found.nothing += 1;
    }),
    { numRuns: reachRuns },
  );
  expect(found.witness).toBeGreaterThan(reachRuns / 8 - 5);
  expect(found.possibly).toBeLessThan(found.witness / 4 + 5);
  expect(found.nothing).toBeGreaterThan(reachRuns / 20 - 5);
});

test('every witness is one of those asked about, and is allowed what is given', () => {
  fc.assert(
    fc.property(anyPolicy, anyQuestion, (policy, question) => {
      const document = documentOf(policy);
      for (const reached of can(policy, question).rules) {
        for (const given of reached.gives) {
          if ('takenBy' in given.standing || given.standing.witness === undefined) continue;
          const { request } = given.standing.witness;
          const token = { ...given.standing.witness.token, claims: { ...given.standing.witness.token.claims } };
          expect(request.audience).toBe(question.audience);
          const { effect, principal } = deciderOf(policy)(token, request);
          expect(effect).toBe('allow');
          expect(`${principal?.path}/`.startsWith(`${question.subject}/`)).toBe(true);
          expect(principal?.kind).toBe(question.kind ?? principal?.kind);
          expect(referenceDecide(document, token, request).effect).toBe('allow');
          expect(isFor(reached, given, policy)(token, request)).toBe(true);
        }
      }
    }),
    { numRuns: reachRuns },
  );
});

const rule = (effect: string, when: object, grants?: object): object => ({ effect, when: { issuer: 'g', ...when }, grants }); // prettier-ignore
const allow = (when: object, ...resources: string[]): object => rule('allow', when, [{ actions: ['a'], resources }]);
const deny = (when: object, ...resources: string[]): object => rule('deny', when, [{ actions: ['a'], resources }]);

describe('under org:A/prj:p', () => {
  test.each<[string, object[], string[]]>([
    ['what a wider rule gives', [allow({ subject: 'org:A' }, 'x/**')], ['plain', 'x/**']],
    ['nothing of another project', [allow({ subject: 'org:A/prj:q' }, 'x')], []],
    ['nothing of users', [allow({ kind: 'user' }, 'x')], []],
    ['a template by the ids that are known', [allow({}, 'x/${subject.project}')], ['plain', 'x/p']],
    ['no template that cannot be filled in', [allow({}, 'x/${subject.user}')], ['plain']],
    ['what a deny leaves', [allow({}, 'x/**'), deny({}, 'x/y')], ['plain', 'x/** except x/y']],
    ['what a deny takes by a template', [allow({}, 'x/p'), deny({}, 'x/${subject.project}')], ['plain', 'x/p taken']],
    ['a deny that may be filled in so', [allow({}, 'x/*'), deny({}, 'x/${claims.t}')], ['plain', 'x/* except x/${claims.t} x/${claims.t}']], // prettier-ignore
    ['plain access that is taken', [allow({}, 'x'), rule('deny', {})], ['plain taken', 'x taken']],
    ['no exception for others', [allow({}, 'x'), deny({ kind: 'user' }, 'x')], ['plain', 'x']],
  ])('tells %s', (_, rules, expected) => {
    const { rules: found } = can(policyOf(rules), { subject: 'org:A/prj:p', issuer: 'g', at: NOW });
    expect(
      found.flatMap(({ gives }) =>
        gives.map(({ grant, standing }) => {
          const what = grant?.resources?.join() ?? 'plain';
          if ('takenBy' in standing) return `${what} taken`;
          expect(standing.witness).toBeDefined();
          const except = standing.except.flatMap((one) => one.grant?.resources ?? []);
          return except.length === 0 ? what : `${what} except ${except.join(' ')}`;
        }),
      ),
    ).toEqual(expected);
  });
});

/** What is said of two rules, against tokens aimed at where one of them ends: look-alikes, neighbours, the last second. */
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { boxOf, covers, implies, overlap } from '../../src/analysis/index.ts';
import type { Claims, MatcherDoc, PolicyDoc, RuleDoc, SubjectDoc, Token } from '../decision/arbitraries.ts';
import { readPrincipal } from '../policy/subject-oracle.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import { related, documentOf, wholeRuns, policyOf, requests } from './universe.ts';

const TOKENS = 40;

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

/** Texts that a pattern just matches, and texts that it just does not. */
function around(text: string): string[] {
  const filled = text.includes('*')
    ? ['', 'x', 'p', 'A', '1'].map((fill) => text.replaceAll('**', 'user:u').replaceAll('*', fill))
    : [text];
  return filled.flatMap((one) => [one, `${one}x`, one.slice(0, -1), `x${one}`]);
}

function pathsNear(subjects: SubjectDoc[]): string[] {
  const texts = subjects.flatMap((one) => around(typeof one === 'string' ? one : Object.values(one)[0]!));
  const below = ['user:u', 'rnr:r', 'env:e', 'prj:p/env:e', 'prj:q/env:z'];
  const paths = [...texts, 'org:A', 'org:B'].flatMap((one) => [one, ...below.map((rest) => `${one}/${rest}`)]);
  return [...new Set(paths)].filter((sub) => typeof readPrincipal(['gitpod'], { sub }) === 'object');
}

function valuesNear(matchers: MatcherDoc[]): unknown[] {
  const scalars = matchers.flatMap(scalarsOf);
  const texts = scalars.flatMap((one) => (typeof one === 'string' ? around(one) : [one]));
  return [undefined, null, 1, true, [], {}, ...texts, ...scalars.map((one) => [one]), scalars, { a: scalars[0] ?? 1 }];
}

function scalarsOf(matcher: MatcherDoc): unknown[] {
  if (typeof matcher !== 'object' || Array.isArray(matcher)) return list<unknown>(matcher);
  if ('not' in matcher) return scalarsOf(matcher.not);
  return 'present' in matcher ? ['r1'] : list<unknown>(Object.values(matcher)[0]);
}

function timesNear(rules: RuleDoc[]): number[] {
  const times = rules.flatMap(({ valid }) => Object.values(valid ?? {}).map((time) => Date.parse(time) / 1000));
  return [1_800_000_000, ...times.flatMap((time) => [time - 1, time, time + 1])];
}

type Case = Token & { readonly now: number };

function tokensNear(rules: RuleDoc[]): Arbitrary<Case> {
  const paths = pathsNear(rules.flatMap(({ when }) => list(when.subject)));
  const conditions = rules.flatMap(({ when }) => Object.entries(when.claims ?? {}));
  const near = (name: string): unknown[] => {
    const asked = conditions.filter(([key]) => key.split('/').includes(name)).map(([, one]) => one);
    return asked.length === 0 ? [undefined, 'r1'] : valuesNear(asked);
  };
  return fc
    .record({
      sub: fc.constantFrom(...paths),
      role: fc.constantFrom(...near('role')),
      team: fc.constantFrom(...near('team')),
      aud: fc.constantFrom<unknown>('one', 'two', ['one', 'two'], ['two', 'three']),
      now: fc.constantFrom(...timesNear(rules)),
    })
    .map(({ now, ...claims }) => ({
      issuer: 'https://g.example',
      claims: JSON.parse(JSON.stringify({ ...claims, exp: now + 60 })) as Claims,
      now,
    }));
}

const scenario = related
  .filter((rules) => rules.length > 1)
  .map((rules) => (documentOf(rules.slice(0, 2)) as PolicyDoc).rules!)
  .map((rules) => JSON.parse(JSON.stringify(rules)) as RuleDoc[])
  .chain((rules) => fc.record({ rules: fc.constant(rules), near: fc.array(tokensNear(rules), { minLength: TOKENS, maxLength: TOKENS }) })); // prettier-ignore

test('what is sure of two rules is so of every token at their boundaries', () => {
  let [equal, apart, met] = [0, 0, 0];
  fc.assert(
    fc.property(scenario, ({ rules, near }) => {
      const policy = policyOf(rules);
      const [a, b] = policy.rules.map((rule) => boxOf(rule, policy));
      const isWithin = implies(a!, b!) === true;
      const isSame = isWithin && implies(b!, a!) === true;
      const isCovered = isWithin && rules[0]!.effect === rules[1]!.effect && covers(a!, b!) === true;
      const isApart = overlap(a!, b!, policy) === 'none';
      if (isSame) equal += 1;
      if (isApart) apart += 1;
      const [first, second] = rules.map((rule) => aloneOf(rules, rule));
      for (const one of near) {
        const [inFirst, inSecond] = [first!.meets(one), second!.meets(one)];
        if (isWithin && inFirst) expect(inSecond).toBe(true);
        if (isSame && inSecond) expect(inFirst).toBe(true);
        if (!inFirst) continue;
        met += 1;
        for (const request of requests) {
          const [says, saysToo] = [first!.speaks(one, request), second!.speaks(one, request)];
          if (isCovered && says) expect(saysToo).toBe(true);
          if (isApart) expect(says && saysToo).toBe(false);
        }
      }
    }),
    { numRuns: wholeRuns },
  );
  expect(Math.min(equal, apart)).toBeGreaterThan(wholeRuns / 20 - 5);
  expect(met).toBeGreaterThan(wholeRuns);
});

/** What a rule decides where it is the only one, by the reference evaluator. */
function aloneOf(
  rules: RuleDoc[],
  rule: RuleDoc,
): {
  meets: (one: Case) => boolean;
  speaks: (one: Case, request: object) => boolean;
} {
  const policy = { ...documentOf(rules), rules: [{ ...rule, mode: 'enforce' }] } as PolicyDoc;
  const decided = ({ now, ...token }: Case, request: object): ReturnType<typeof referenceDecide> =>
    referenceDecide(policy, token, { ...request, now });
  const code = rule.effect === 'allow' ? 'rule_matched' : 'denied_by_rule';
  return {
    meets(one) {
      const decision = decided(one, {});
      return decision.code === code || decision.denied.length > 0;
    },
    speaks: (one, request) => decided(one, request).code === code,
  };
}

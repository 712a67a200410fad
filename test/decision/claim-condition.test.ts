/** A condition on a claim, whatever the claims: JSON of any form, and values that no JSON has. */
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { claimAt, compileClaim } from '../../src/decision/claim-condition.ts';
import { find, holds } from '../policy/claims-oracle.ts';
import { policyOf } from '../engine/policies.ts';
import { type MatcherDoc, matcherArbitrary, type RuleDoc } from './arbitraries.ts';
import { runsOf } from '../runs.ts';

const numRuns = runsOf();

const KEYS = ['n', '/n', '/n/0', '/n/00', '/n/a', '/n/a/b', '/n/length', '/n/x~1y', '/__proto__', 'constructor'];
const names = fc.constantFrom('n', 'a', 'b', '0', '00', 'length', 'x/y', '__proto__', 'constructor', 'toString');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom<unknown>('p', 'a', '1', '', null, true, 1, 0, -0, 2 ** 53, 1e300, 'a\n'), fc.jsonValue()),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
}));
const claims: Arbitrary<Record<string, unknown>> = fc.dictionary(names, value, { maxKeys: 4 });

function compiled(key: string, matcher: MatcherDoc, effect: RuleDoc['effect']): ReturnType<typeof compileClaim> {
  const policy = policyOf({
    issuers: { i: { url: 'https://i.example', audiences: ['x'] } },
    rules: [{ id: 'r', effect, when: { issuer: 'i', claims: Object.fromEntries([[key, matcher]]) } }],
  });
  return compileClaim(policy.rules[0]!.when.claims[0]!, effect);
}

describe('a condition on a claim', () => {
  const asked = fc.record({
    key: fc.constantFrom(...KEYS),
    matcher: matcherArbitrary,
    effect: fc.constantFrom('allow' as const, 'deny' as const),
  });

  test('holds as its words say of any JSON, and never throws', () => {
    fc.assert(
      fc.property(asked, fc.array(claims, { minLength: 1, maxLength: 8 }), ({ key, matcher, effect }, tokens) => {
        const condition = compiled(key, matcher, effect);
        for (const token of tokens) {
          const found = claimAt(token, condition.steps);
          expect(found).toBe(find(token, key));
          expect(condition.holds(found)).toBe(holds(matcher, found, effect));
        }
      }),
      { numRuns },
    );
  });

  test('never throws at what no JSON has', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(
      fc.property(asked, anything, ({ key, matcher, effect }, given) => {
        const condition = compiled(key, matcher, effect);
        const found = claimAt({ n: given }, condition.steps);
        expect([true, false]).toContain(condition.holds(found));
      }),
      { numRuns },
    );
  });
});

describe('a claim is found', () => {
  const token = { list: [['a', 'b'], { c: 'd' }], n: { '0': 'zero', length: 5 }, text: 'abc', e: [], none: null };
  test.each<[steps: string[], found: unknown]>([
    [['list', '1', 'c'], 'd'],
    [['list', '0', '1'], 'b'],
    [['list', '00'], undefined],
    [['list', '01'], undefined],
    [['list', '-1'], undefined],
    [['list', '+1'], undefined],
    [['list', '1a'], undefined],
    [['list', ' 1'], undefined],
    [['list', '1e0'], undefined],
    [['list', '10'], undefined],
    [['list', 'length'], undefined],
    [['list', '2'], undefined],
    [['n', '0'], 'zero'],
    [['n', 'length'], 5],
    [['text', '0'], undefined],
    [['text', 'length'], undefined],
    [['text', 'a', 'b'], undefined],
    [['e', '0', 'x'], undefined],
    [['toString'], undefined],
    [['none', 'a'], undefined],
    [[], token],
  ])('at %j', (steps, found) => {
    expect(claimAt(token, steps)).toBe(found);
  });

  test('beyond the first ten of a list', () => {
    const long = Array.from({ length: 120 }, (_, i) => i);
    for (const at of [9, 10, 11, 99, 100, 119]) expect(claimAt({ long }, ['long', String(at)])).toBe(at);
    expect(claimAt({ long }, ['long', '120'])).toBeUndefined();
  });
});

describe('a number', () => {
  const most = 2 ** 53 - 1;
  test.each<[value: number, inAllow: boolean]>([
    [most - 1, true],
    [most, false],
    [most + 1, false],
    [-most - 1, false],
    [-most, true],
    [1e300, false],
  ])('of %d is not %d only where that is certain', (value, inAllow) => {
    expect(compiled('n', { not: most }, 'allow').holds(value)).toBe(inAllow);
    expect(compiled('n', { not: most }, 'deny').holds(value)).toBe(value !== most);
  });
});

describe('a condition', () => {
  test.each<[matcher: MatcherDoc, expected: unknown]>([
    ['a', 'a'],
    [
      ['a', 1],
      ['a', 1],
    ],
    [{ not: 'a' }, { not: 'a' }],
    [{ not: ['a', 1] }, { not: ['a', 1] }],
    [{ not: { glob: 'a*' } }, { not: { glob: 'a*' } }],
    [{ containsAny: ['a'] }, { containsAny: ['a'] }],
    [{ present: false }, { present: false }],
  ])('is written as the language writes it: %j', (matcher, expected) => {
    const condition = compiled('/n/a', matcher, 'allow');
    expect([condition.path, condition.expected]).toEqual(['claims./n/a', expected]);
  });

  test.each<[value: unknown, isPresent: boolean]>([
    [undefined, false],
    [null, false],
    [false, true],
    [0, true],
    ['', true],
    [2 ** 60, true],
  ])('on presence knows of %j: %j', (value, isPresent) => {
    for (const effect of ['allow', 'deny'] as const) {
      expect(compiled('n', { present: true }, effect).holds(value)).toBe(isPresent);
      expect(compiled('n', { present: false }, effect).holds(value)).toBe(!isPresent);
    }
  });

  test('on any of several wants one of them, not all', () => {
    const { holds: any } = compiled('n', { containsAny: ['a', 'b'] }, 'allow');
    const { holds: all } = compiled('n', { contains: ['a', 'b'] }, 'allow');
    expect([['a'], ['b', 'c'], ['c'], ['a', 'b']].map((value) => [any(value), all(value)])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [true, true],
    ]);
  });
});

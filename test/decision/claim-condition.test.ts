/** A condition on a claim, whatever the claims: JSON of any form, and values that no JSON has. */
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { claimAt, compileClaim } from '../../src/decision/claim-condition.ts';
import { find, holds } from '../policy/claims-oracle.ts';
import { policyOf } from '../engine/policies.ts';
import { type MatcherDoc, matcherArbitrary, type RuleDoc } from './arbitraries.ts';

const numRuns = Number(process.env['COUNTERSIGN_RUNS'] ?? 2000);

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

import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parsePolicy, type Policy } from '../../src/decision/index.ts';
import { canonicalJson } from '../../src/policy/canonical-json.ts';
import { policyDigest, recordsOf, ruleOf } from '../../src/policy/records.ts';
import { crowdedScenario, scenario } from '../decision/arbitraries.ts';

const runs = Number(process.env['COUNTERSIGN_RUNS'] ?? 200);

function parsed(documents: readonly object[]): Policy {
  const { policy, diagnostics } = parsePolicy(
    documents.map((document, i) => ({ file: `${String(i)}.json`, text: JSON.stringify(document) })),
  );
  if (policy === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return policy;
}

const policies = fc.oneof(scenario(), crowdedScenario).map(({ policy }) => parsed([policy]));

describe('the records of a policy', () => {
  test('give back every rule, with its place, in the order of ids', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const records = recordsOf(policy);
        const inClaimOrder = policy.rules.map((rule) => ({
          ...rule,
          when: { ...rule.when, claims: [...rule.when.claims].sort((a, b) => (a.key < b.key ? -1 : 1)) },
        }));
        expect(records.rules.map((_, n) => ruleOf(records, n))).toEqual(
          inClaimOrder.sort((a, b) => (a.id < b.id ? -1 : 1)),
        );
      }),
      { numRuns: runs },
    );
  });

  test('are canonical JSON (RFC 8785), and their digest is that of the whole', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const records = recordsOf(policy);
        const rules = records.rules.map((text) => JSON.parse(text) as unknown);
        expect(rules.map(canonicalJson)).toEqual(records.rules);
        const whole = canonicalJson({ issuers: records.issuers.map(({ at: _, ...issuer }) => issuer), rules });
        expect(policyDigest(records)).toBe(createHash('sha256').update(whole).digest('hex'));
      }),
      { numRuns: runs },
    );
  });

  test('have a digest that neither order, nor the split into files, nor layout changes', () => {
    const issuers = {
      a: { url: 'https://a.example', audiences: ['x'] },
      b: { url: 'https://b.example', audiences: ['x'] },
    };
    const rule = (id: string, when: object): object => ({ id, effect: 'allow', when });
    const [one, two] = [rule('one', { issuer: 'a', claims: { k: 1, l: 2 } }), rule('two', { issuer: 'b' })];
    const digest = (documents: readonly object[]): string => policyDigest(recordsOf(parsed(documents)));
    const whole = digest([{ version: 1, issuers, rules: [one, two] }]);
    expect(digest([{ version: 1, rules: [two] }, { version: 1, issuers: { b: issuers.b, a: issuers.a }, rules: [one] }])).toBe(whole); // prettier-ignore
    expect(digest([{ version: 1, issuers, rules: [two, rule('one', { issuer: 'a', claims: { l: 2, k: 1 } })] }])).toBe(whole); // prettier-ignore
    expect(digest([{ version: 1, issuers, rules: [one] }])).not.toBe(whole);
  });

  test('hash more rules than go in at once', () => {
    const rules = Array.from({ length: 600 }, (_, i) => ({
      id: `r${String(i)}`,
      effect: 'deny',
      when: { issuer: 'a' },
    }));
    const issuers = { a: { url: 'https://a.example', audiences: ['x'] } };
    const records = recordsOf(parsed([{ version: 1, issuers, rules }]));
    const whole = `{"issuers":${canonicalJson(records.issuers.map(({ at: _, ...issuer }) => issuer))},"rules":[${records.rules.join(',')}]}`;
    expect(policyDigest(records)).toBe(createHash('sha256').update(whole).digest('hex'));
  });
});

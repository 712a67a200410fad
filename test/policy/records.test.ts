import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parsePolicy, type Policy } from '../../src/decision/index.ts';
import { canonicalJson } from '../../src/policy/canonical-json.ts';
import * as hashByNoble from '../../src/policy/digest/hash-noble.ts';
import * as hashOnNode from '../../src/policy/digest/hash-node.ts';
import { byCodeUnits } from '../../src/policy/order.ts';
import { policyDigest, policyFrom, recordsOf, ruleOf } from '../../src/policy/records.ts';
import { crowdedScenario, scenario } from '../decision/arbitraries.ts';
import { runsOf } from '../runs.ts';

function parsed(documents: readonly object[]): Policy {
  const { policy, diagnostics } = parsePolicy(
    documents.map((document, i) => ({ file: `${String(i)}.json`, text: JSON.stringify(document) })),
  );
  if (policy === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return policy;
}

const policies = fc.oneof({ weight: 4, arbitrary: scenario() }, crowdedScenario).map(({ policy }) => parsed([policy]));

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
      { numRuns: runsOf() },
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
      { numRuns: runsOf() },
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

  test('give back the policy, each rule in its file', () => {
    const issuers = {
      b: { url: 'https://b.example', audiences: ['x'] },
      a: { url: 'https://a.example', audiences: ['x'] },
    };
    const rules = (...ids: string[]): object[] => ids.map((id) => ({ id, effect: 'deny', when: { issuer: 'a' } }));
    const policy = parsed([
      { version: 1, issuers, rules: rules('b', 'd') },
      { version: 1, rules: rules('c', 'a') },
    ]);
    const given = policyFrom(recordsOf(policy));
    expect(given.issuers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(given.rules).toEqual([...policy.rules].sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(given.rules.map(({ at }) => at.file)).toEqual(['1.json', '0.json', '1.json', '0.json']);
  });

  test.each([0, 256, 600])('hash %d rules, whatever goes in at once', (length) => {
    const rules = Array.from({ length }, (_, i) => ({
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

describe('canonical JSON', () => {
  test.each<[value: unknown, text: string]>([
    [null, 'null'],
    ['é"', '"é\\""'],
    [[1, null, [true]], '[1,null,[true]]'],
    [{ b: 1, a: { d: undefined, c: [{ f: 2, e: null }] } }, '{"a":{"c":[{"e":null,"f":2}]},"b":1}'],
    [{ '\uffff': 1, '\u{10000}': 2, Z: 3, a: 4 }, '{"Z":3,"a":4,"\u{10000}":2,"\uffff":1}'],
  ])('of %j has its members in order, and nothing that is undefined', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

test.each<[a: string, b: string, order: number]>([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
  ['Z', 'a', -1],
  ['\u{10000}', '\uffff', -1],
])('%j is to %j, by code units, as %d is to 0', (a, b, order) => {
  expect(byCodeUnits(a, b)).toBe(order);
});

test.each([
  ['Node', hashOnNode.createSha256],
  ['noble', hashByNoble.createSha256],
])('texts and bytes are hashed alike by %s', (_name, create) => {
  const hash = create();
  for (const part of ['é', Uint8Array.of(0, 255), '']) hash.update(part);
  const expected = createHash('sha256').update('é').update(Uint8Array.of(0, 255)).digest('hex');
  expect(Buffer.from(hash.digest()).toString('hex')).toBe(expected);
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashText } from '../../src/decision/key-hash.ts';
import { IndexDraft } from '../../src/decision/index-rules.ts';
import { Postings, PostingTable } from '../../src/decision/posting-table.ts';
import { compilePolicy, decide, type Policy, parsePolicy } from '../../src/decision/index.ts';

const runs = Number(process.env['COUNTERSIGN_RUNS'] ?? 100);
const now = 1_767_225_600;

describe('a posting table', () => {
  test('yields, for every key, the numbers that were filed under it, in order', () => {
    const pairs = fc.array(fc.tuple(fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 2 ** 32 - 1 })), fc.nat(1e6)));
    fc.assert(
      fc.property(pairs, (filed) => {
        const postings = new Postings();
        const plain = new Map<number, number[]>();
        for (const [key, number] of filed) {
          postings.add(key, number);
          plain.set(key, [...(plain.get(key) ?? []), number]);
        }
        const table = new PostingTable(postings);
        const under = (key: number): number[] => {
          const found: number[] = [];
          table.collect(key, found);
          return found;
        };
        for (const [key, numbers] of plain) expect(under(key)).toEqual(numbers);
        expect(under(4)).toEqual(plain.get(4) ?? []);
        const crowded = [...plain].filter(([, numbers]) => numbers.length > 2).map(([key]) => key);
        expect([...table.crowded(2)].sort()).toEqual(crowded.sort());
      }),
      { numRuns: runs },
    );
  });

  test('leaves out the pairs of some keys', () => {
    const postings = new Postings();
    for (const [key, number] of [[1, 10], [2, 20], [1, 11]] as const) postings.add(key, number); // prettier-ignore
    const rest = postings.without(new Set([1]));
    expect([rest.size, rest.keys[0], rest.numbers[0]]).toEqual([1, 2, 20]);
  });
});

const issuers = { git: { url: 'https://git.example', subject: 'gitpod', audiences: ['a', 'b'] } };

function policyOf(rules: readonly object[]): Policy {
  const { policy, diagnostics } = parsePolicy([
    { file: 'p.json', text: JSON.stringify({ version: 1, issuers, rules }) },
  ]);
  if (policy === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return policy;
}

describe('deciding among many rules', () => {
  test('names the first ten by id where only claims are in the way', () => {
    const rules = Array.from({ length: 30 }, (_, i) => ({
      id: `r${String(i).padStart(2, '0')}`,
      effect: 'allow',
      when: { issuer: 'git', subject: 'org:A', claims: { repo: `repo-${String(i)}` } },
    })).reverse();
    const claims = { sub: 'org:A/env:E', aud: 'a', exp: now + 60, repo: 'another' };
    const { reasons } = decide(compilePolicy(policyOf(rules)), { issuer: 'https://git.example', claims }, { now });
    expect(reasons.map(({ code, rule }) => [code, rule])).toEqual(
      Array.from({ length: 10 }, (_, i) => ['condition_not_met', `r0${String(i)}`]),
    );
  });

  test('looks at a handful of rules, however many there are', () => {
    const count = 5000;
    const rules = Array.from({ length: count }, (_, i) => ({
      id: `r${String(i)}`,
      effect: 'allow',
      when: { issuer: 'git', ...(i % 2 === 0 ? { subject: `org:A/prj:p${String(i)}` } : { claims: { repo: i } }) },
    }));
    const policy = policyOf(rules);
    const draft = new IndexDraft((path) => path.split('/'));
    for (const [number, rule] of policy.rules.entries()) draft.add(number, rule);
    const index = draft.seal((number) => policy.rules[number]!);
    const path = ['org:A', 'prj:p42', 'env:E'];
    expect(index.find({ audiences: ['a'], path, claims: { repo: 77 } })).toEqual([42, 77]);
    expect(index.find({ audiences: ['a'], path: ['org:A', 'user:U'], claims: {} })).toEqual([]);
  });
});

test('hashes of texts are unsigned, and differ for what differs in one character', () => {
  expect(hashText('')).toBe(0x811c9dc5);
  expect(hashText('a')).toBe(0xe40c292c);
  expect(hashText('org:A')).not.toBe(hashText('org:B'));
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashScalar, hashText } from '../../src/decision/key-hash.ts';
import { IndexDraft } from '../../src/decision/index-rules.ts';
import { Postings, PostingTable } from '../../src/decision/posting-table.ts';
import type { RuleIndex } from '../../src/decision/rule-index.ts';
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

/** The index of rules with these conditions, numbered as they come. */
function indexOf(conditions: readonly object[], more: object = {}): RuleIndex {
  const width = String(conditions.length).length;
  const policy = policyOf(
    conditions.map((when, i) => ({
      id: `r${String(i).padStart(width, '0')}`,
      effect: 'allow',
      when: { issuer: 'git', ...when },
      ...more,
    })),
  );
  const draft = new IndexDraft((path) => path.split('/'));
  for (const [number, rule] of policy.rules.entries()) draft.add(number, rule);
  return draft.seal((number) => policy.rules[number]!);
}

const path = ['org:A', 'prj:P', 'env:E'];
const times = (count: number, of: (i: number) => object): object[] => Array.from({ length: count }, (_, i) => of(i));

describe('an index finds', () => {
  test.each([1, 8, 9, 32, 33, 40])('each of %d rules once, by number, though it stands at several places', (count) => {
    const subjects = ['org:A', 'org:A/prj:P', 'org:A/prj:P/env:E'];
    const index = indexOf(times(count, () => ({ audience: ['b', 'a'], subject: subjects })));
    const found = index.find({ audiences: ['a', 'b'], path, claims: {} });
    expect(found).toEqual([...Array(count).keys()]);
  });

  test('rules by their audience, and those that name none', () => {
    const index = indexOf([{ audience: 'a' }, { audience: 'b' }, {}, { audience: ['a', 'b'] }]);
    const under = (...audiences: string[]): readonly number[] => index.find({ audiences, path, claims: {} });
    expect([under('a'), under('b'), under(), under('c')]).toEqual([[0, 2, 3], [1, 2, 3], [2], [2]]);
  });

  test('rules by the segments that they name', () => {
    const index = indexOf([
      { subject: 'org:A' },
      { subject: 'org:B' },
      { subject: { equals: 'org:A/prj:P/env:E' } },
      { subject: { glob: 'org:*/prj:P/**' } },
      { subject: { glob: 'org:*/prj:Q/**' } },
      { subject: { glob: 'org:A/*/env:E' } },
      { subject: { glob: 'org:A/*/env:F' } },
      { subject: 'org:A/prj:P/env:F' },
    ]);
    expect(index.find({ audiences: ['a'], path, claims: {} })).toEqual([0, 2, 3, 5]);
    expect(index.find({ audiences: ['a'], path: ['org:A'], claims: {} })).toEqual([0]);
  });

  test('of a crowd the rules that a claim singles out, and those without one', () => {
    const index = indexOf([...times(20, (i) => ({ claims: { repo: [`r${i}`, i], tier: 'x' } })), {}]);
    const of = (claims: object): readonly number[] => index.find({ audiences: ['a'], path, claims: { ...claims } });
    expect([of({ repo: 'r7' }), of({ repo: 7 }), of({ repo: '7' }), of({})]).toEqual([[7, 20], [7, 20], [20], [20]]);
    expect([of({ repo: [7] }), of({ repo: null }), of({ tier: 'x' })]).toEqual([[20], [20], [20]]);
  });

  test('of a crowd whose rules share a value of one claim, those that another singles out', () => {
    const shared = indexOf(times(20, (i) => ({ claims: { tier: 'x', repo: `r${i}` } })));
    expect(shared.find({ audiences: ['a'], path, claims: { tier: 'x', repo: 'r3' } })).toEqual([3]);
    const many = indexOf(times(20, (i) => ({ claims: { pair: Math.floor(i / 2), half: i % 2, repo: `r${i}` } })));
    expect(many.find({ audiences: ['a'], path, claims: { pair: 3, half: 1, repo: 'r7' } })).toEqual([7]);
  });

  test('no crowd among eight rules', () => {
    const few = indexOf(times(8, (i) => ({ claims: { repo: i } })));
    expect(few.find({ audiences: ['a'], path, claims: { repo: 3 } })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(few.firstAllows({ audiences: ['a'], path, claims: {} })).toEqual([]);
    const crowd = indexOf(times(9, (i) => ({ claims: { repo: i } })));
    expect(crowd.find({ audiences: ['a'], path, claims: { repo: 3 } })).toEqual([3]);
    expect(crowd.firstAllows({ audiences: ['a'], path, claims: {} })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('as the first of a crowd its first ten enforced allows', () => {
    const conditions = times(12, (i) => ({ subject: ['org:A', 'org:A'], audience: 'a', claims: { repo: i } }));
    const first = (index: RuleIndex, audience: string): readonly number[] =>
      index.firstAllows({ audiences: [audience], path, claims: {} });
    expect(first(indexOf(conditions), 'a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(first(indexOf(conditions), 'b')).toEqual([]);
    expect(first(indexOf(conditions, { effect: 'deny' }), 'a')).toEqual([]);
    expect(first(indexOf(conditions, { mode: 'audit' }), 'a')).toEqual([]);
  });
});

test('hashes of scalars differ by type, and other values have none', () => {
  const scalars = ['', '1', 1, 1.5, -1, 'true', true, 'false', false, 'number1', 'null'];
  const hashes = scalars.map((scalar) => hashScalar(scalar));
  expect(new Set(hashes).size).toBe(scalars.length);
  expect(hashes.every((hash) => Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32)).toBe(true);
  for (const other of [null, undefined, [], ['1'], {}]) expect(hashScalar(other)).toBeUndefined();
});

test('hashes of texts are unsigned, and differ for what differs in one character', () => {
  expect(hashText('')).toBe(0x811c9dc5);
  expect(hashText('a')).toBe(0xe40c292c);
  expect(hashText('org:A')).not.toBe(hashText('org:B'));
});

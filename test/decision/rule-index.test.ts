import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashScalar, hashText } from '../../src/decision/key-hash.ts';
import { IndexDraft } from '../../src/decision/index-rules.ts';
import type { RuleIndex, Whereabouts } from '../../src/decision/rule-index.ts';
import {
  compilePolicy,
  decide,
  type Matcher,
  type Policy,
  parsePolicy,
  type SubjectPattern,
} from '../../src/decision/index.ts';
import type { RecordedRule } from '../../src/policy/records.ts';
import { runsOf } from '../runs.ts';

const now = 1_767_225_600;

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
    const index = filed(
      times(5000, (i) =>
        i % 2 === 0 ? { subjects: [{ prefix: `org:A/prj:p${String(i)}` }] } : { claims: { repo: oneOf(i) } },
      ),
    );
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

/** As much of a rule as it is filed by. */
interface Filed {
  readonly audiences?: readonly string[] | undefined;
  readonly subjects?: readonly SubjectPattern[] | undefined;
  readonly claims?: Readonly<Record<string, Matcher>>;
}

/** The index of rules as no policy may write them: of any number of segments, and of texts that share a hash. */
function filed(rules: readonly Filed[]): RuleIndex {
  const recorded = rules.map(({ audiences, subjects, claims = {} }, i): RecordedRule => ({
    id: String(i),
    effect: 'allow',
    mode: 'enforce',
    when: {
      issuers: ['git'],
      ...(audiences && { audiences }),
      ...(subjects && { subjects }),
      claims: Object.entries(claims).map(([key, matcher]) => ({ key, steps: [key], matcher })),
    },
  }));
  const draft = new IndexDraft((text) => text.split('/'));
  for (const [number, rule] of recorded.entries()) draft.add(number, rule);
  return draft.seal((number) => recorded[number]!);
}

const at = (text: string, claims: object = {}, audiences: readonly string[] = ['a']): Whereabouts => ({
  audiences,
  path: text.split('/'),
  claims: { ...claims },
});
const oneOf = (...values: (string | number)[]): Matcher => ({ oneOf: values });
/** Pairs that share a hash of FNV-1a with 32 bits. */
const [ONE, OTHER] = ['costarring', 'liquid'];

describe('an index finds, of rules of any form,', () => {
  test('the order of numbers in what many places hold', () => {
    const subjects = [{ prefix: 'x/y' }, { prefix: 'x' }, { prefix: 'x/y/z' }];
    for (const count of [2, 3, 7, 20, 40, 60]) {
      const index = filed(times(count, (i) => ({ subjects: [subjects[i % 3]!, subjects[(i + 1) % 3]!] })));
      expect(index.find(at('x/y/z'))).toEqual([...Array(count).keys()]);
    }
  });

  test('a `*` outside a glob as the character it is', () => {
    const index = filed([{ subjects: [{ equals: 'x/*' }] }, { subjects: [{ glob: 'x/*' }] }]);
    expect([index.find(at('x/y')), index.find(at('x/*'))]).toEqual([[1], [0, 1]]);
  });

  test('paths of more segments than places ask for', () => {
    const segments = Array.from({ length: 40 }, (_, i) => `s${String(i)}`);
    const text = segments.join('/');
    const starred = segments.map((segment, i) => (i < 8 ? '*' : segment)).join('/');
    const index = filed([{ subjects: [{ glob: starred }] }, { subjects: [{ prefix: text }] }]);
    expect(index.find(at(text))).toEqual([0, 1]);
    expect(index.find(at(segments.slice(0, 20).join('/')))).toEqual([]);
  });

  test('nothing below or above where a rule stands', () => {
    const index = filed([{ subjects: [{ equals: 'x/y/z' }] }, { subjects: [{ glob: '*/y/z' }] }, {}]);
    expect([index.find(at('x')), index.find(at('x/y')), index.find(at('w/y/z'))]).toEqual([[2], [2], [1, 2]]);
  });

  test('as the first of a crowd none of another that shares its hash', () => {
    const one = times(9, () => ({ subjects: [{ prefix: `${ONE}/x` }], claims: { id: oneOf(1) } }));
    const other = times(9, () => ({ subjects: [{ prefix: `${OTHER}/x` }], claims: { id: oneOf(1) } }));
    const index = filed([...one, ...other]);
    expect(index.firstAllows(at(`${ONE}/x`))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(index.firstAllows(at(`${OTHER}/x/y`))).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17]);
    const byAudience = filed(times(18, (i) => ({ audiences: [i < 9 ? ONE : OTHER], claims: { id: oneOf(1) } })));
    expect(byAudience.firstAllows(at('x', {}, [ONE]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(byAudience.firstAllows(at('x', {}, [OTHER]))).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });
});

describe('an index looks a crowd up', () => {
  const byRepo = (i: number): Matcher => oneOf(`r${String(Math.floor(i / 2))}`);
  const orders: [string, (claims: object) => object][] = [
    ['as written', (claims) => claims],
    ['the other way round', (claims) => Object.fromEntries(Object.entries(claims).reverse())],
  ];

  test.each(orders)('by the claim whose values are shared by the fewest rules, %s', (_, order) => {
    const index = filed(
      times(20, (i) => ({ claims: order({ team: oneOf('everyone', `t${String(i)}`), repo: byRepo(i) }) })),
    );
    expect(index.find(at('x', { team: 'everyone', repo: 'r3' }))).toEqual([6, 7]);
    expect(index.find(at('x', { team: 't6' }))).toEqual([]);
  });

  test.each(orders)('by the claim that tells most rules apart where values are shared alike, %s', (_, order) => {
    const index = filed(
      times(20, (i) => ({ claims: order({ repo: byRepo(i), ...(i < 4 ? { ref: oneOf(Math.floor(i / 2)) } : {}) }) })),
    );
    expect(index.find(at('x', { repo: 'r0', ref: 1 }))).toEqual([0, 1]);
    expect(index.find(at('x', { repo: 'another', ref: 1 }))).toEqual([]);
  });

  test('by nothing where a rule has no equality', () => {
    const index = filed(times(20, (i) => ({ claims: { repo: i === 5 ? { glob: 'r*' } : oneOf(i) } })));
    expect([index.find(at('x', { repo: 3 })), index.find(at('x'))]).toEqual([[3, 5], [5]]);
  });
});

/** A rule with equalities alone, and whether it applies. */
interface Drawn {
  readonly audiences: readonly string[] | undefined;
  readonly subjects: readonly string[][] | undefined;
  readonly claims: Readonly<Record<string, number[]>>;
}

function written({ audiences, subjects, claims }: Drawn): Filed {
  return {
    audiences,
    subjects: subjects?.map((path) => ({ prefix: path.join('/') })),
    claims: Object.fromEntries(Object.entries(claims).map(([name, values]) => [name, oneOf(...values)])),
  };
}

function applies({ audiences, subjects, claims }: Drawn, token: Whereabouts): boolean {
  return (
    (audiences?.some((name) => token.audiences.includes(name)) ?? true) &&
    (subjects?.some((path) => path.every((segment, i) => token.path[i] === segment)) ?? true) &&
    Object.entries(claims).every(([name, values]) => values.some((value) => value === token.claims[name]))
  );
}

test('an index finds every rule that a plain loop finds, in order and once', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', ONE, OTHER), { minLength: 1 });
  const segments = fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 });
  const claim = fc.constantFrom('n', 'm');
  const rule = fc.record({
    audiences: fc.option(names, { nil: undefined }),
    subjects: fc.option(fc.array(segments, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    claims: fc.dictionary(claim, fc.array(fc.nat(2), { minLength: 1, maxLength: 2 })),
  });
  const token = fc.record({ audiences: names, path: segments, claims: fc.dictionary(claim, fc.nat(2)) });
  const law = (rules: readonly Drawn[], asked: Whereabouts): void => {
    const found = filed(rules.map(written)).find(asked);
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
    expect(rules.flatMap((one, i) => (applies(one, asked) && !found.includes(i) ? [i] : []))).toEqual([]);
  };
  fc.assert(fc.property(fc.array(rule, { minLength: 10, maxLength: 40 }), token, law), { numRuns: runsOf() });
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

/** Words of automata against the globs of the language, on every short text. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Expression, sequence, text } from '../../src/analysis/automaton.ts';
import { findClaim, claimTest, type ClaimTest } from '../../src/analysis/claim-set.ts';
import { findWord } from '../../src/analysis/find-word.ts';
import { globExpression } from '../../src/analysis/glob-expression.ts';
import { WordSet } from '../../src/analysis/word-set.ts';
import { compileGlob } from '../../src/policy/glob/glob.ts';
import type { Matcher, PositiveMatcher, Scalar } from '../../src/policy/policy.ts';
import { runsOf } from '../runs.ts';

const segment = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 3 }),
  fc.constantFrom('*', '**', 'a', ''),
);
const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));

/** All texts of at most five of these characters; `c` is in no pattern. */
const texts = [''];
for (const found of texts) {
  if (found.length === 5) break;
  texts.push(...['a', 'b', 'c', '/'].map((character) => found + character));
}

describe('the words of globs', () => {
  test('are the texts they match', () => {
    fc.assert(
      fc.property(glob, fc.constantFrom(...texts), (pattern, value) => {
        const found = findWord([new WordSet(globExpression(pattern)), new WordSet(text(value))]);
        expect(found !== 'none').toBe(compileGlob(pattern).matches(value));
      }),
      { numRuns: runsOf(5_000) },
    );
  });

  test('are in common, or missing, exactly where some text shows it', () => {
    fc.assert(
      fc.property(glob, glob, glob, (a, b, c) => {
        const [inA, inB, inC] = [a, b, c].map(compileGlob);
        const [ofA, ofB, ofC] = [a, b, c].map((pattern) => new WordSet(globExpression(pattern)));
        const found = findWord([ofA!, ofB!], [ofC!]);
        const fits = (value: string): boolean => inA!.matches(value) && inB!.matches(value) && !inC!.matches(value);
        expect(found).not.toBe('undecided');
        if (typeof found === 'string') expect(texts.filter(fits)).toEqual([]);
        else expect(fits(found.join(''))).toBe(true);
      }),
      { numRuns: runsOf() },
    );
  });

  test('are given up where they are too many to tell', () => {
    const one: Expression = { either: [text('a'), text('b')] };
    const late = (at: number): WordSet =>
      new WordSet(sequence({ many: one }, text('a'), ...Array.from({ length: at }, () => one)));
    expect(findWord([late(17)], [new WordSet({ many: one })])).toBe('undecided');
  });
});

const scalars = ['r', 'rs', '', 'r\u0001', 1, 0, true];
const scalar = fc.constantFrom<Scalar>(...scalars);
const some = fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 });
const positive: fc.Arbitrary<PositiveMatcher> = fc.oneof(
  some.map((oneOf) => ({ oneOf })),
  fc.constantFrom('r*', '*s', '*', '**', 'r').map((pattern) => ({ glob: pattern })),
  some.map((contains) => ({ contains })),
  some.map((containsAny) => ({ containsAny })),
);
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  positive,
  positive.map((not) => ({ not })),
  fc.boolean().map((present) => ({ present })),
);
const tests: fc.Arbitrary<ClaimTest[]> = fc.array(
  fc
    .tuple(matcher, fc.constantFrom('allow' as const, 'deny' as const))
    .map(([one, effect]) => claimTest({ key: 'c', steps: ['c'], matcher: one }, effect)),
  { maxLength: 3 },
);

const values: readonly unknown[] = [
  ...[undefined, null, {}, 2 ** 53, 0.5, 7, false, 'x', 'rx', 'r/s', 'xs', '\u0001', ...scalars],
  ...Array.from({ length: 2 ** scalars.length }, (_, bits) => scalars.filter((_one, i) => (bits >> i) % 2 === 1)),
];

test('a value is found exactly where one meets all of some conditions and none of others', () => {
  fc.assert(
    fc.property(tests, tests, (all, none) => {
      const fits = (value: unknown): boolean =>
        all.every(({ holds }) => holds(value)) && !none.some(({ holds }) => holds(value));
      const found = findClaim(all, none);
      expect(found).not.toBe('undecided');
      if (typeof found === 'string') expect(values.filter(fits)).toEqual([]);
      else expect(fits(found.value)).toBe(true);
    }),
    { numRuns: runsOf() },
  );
});

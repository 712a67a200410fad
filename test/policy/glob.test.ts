import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Minimatch } from 'minimatch';
import { compileGlob, type GlobSegment } from '../../src/policy/glob/glob.ts';
import {
  readPattern,
  SUBJECT_VARIABLE_NAMES,
  templateSegments,
  variableName,
  writePattern,
} from '../../src/policy/glob/template.ts';
import { globMatches } from './glob-oracle.ts';
import { runsOf } from '../runs.ts';

const runs = { numRuns: runsOf(20_000) };

const CHARACTERS = ['a', 'b', '*', '/', '.', '\n', ...'?[]{}!#+()@\\|^$-,~'.split('')];
/** Mostly what patterns are made of, so that values are often recognised. */
const letters = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('a', 'b', '*', '/') },
  { weight: 2, arbitrary: fc.constantFrom(...CHARACTERS) },
);
const patterns = fc.oneof(
  fc.string({ unit: letters, maxLength: 9 }),
  fc.array(fc.constantFrom('**', '*', 'a', 'b', 'a*', '*b', '', 'a*b*', '***', '.', '[a]'), { maxLength: 6 }).map(join),
);
const values = fc.oneof(
  fc.string({ unit: letters, maxLength: 8 }),
  fc.array(fc.constantFrom('a', 'b', 'ab', 'aab', '', '*', '**', '.', '..', '[a]', 'a\n'), { maxLength: 6 }).map(join),
);

/** A pattern, what it recognises, and what it does not. */
const SENTENCES: readonly (readonly [
  sentence: string,
  pattern: string,
  matches: readonly string[],
  others: readonly string[],
])[] = [
  ['a literal is itself', 'a/b', ['a/b'], ['', 'a', 'a/', 'a/b/', '/a/b', 'a/bc', 'A/b', 'a//b', 'a/b\n']],
  ['nothing is folded or normalised', 'é', ['é'], ['e\u0301', 'É', 'e']],
  ['a star is any run of characters', 'a*', ['a', 'ab', 'a*', 'a.b', 'a b', 'a😀'], ['', 'b', 'ba', 'A']],
  ['a star is no slash', 'a*', [], ['a/', 'a/b', 'ab/c']],
  ['a star is no control character', 'a*b', ['ab', 'axb', 'a\u00a0b'], ['a\nb', 'a\0b', 'a\x7fb', 'a\x85b', 'a\tb']],
  ['a star may be between', 'a*c', ['ac', 'abc', 'acc', 'a*c'], ['a', 'c', 'a/c', 'ab', 'acb']],
  ['what stands before and behind a star does not overlap', 'ab*ba', ['abba', 'abxba'], ['aba', 'ab', 'ba']],
  ['what stands between stars and behind them does not overlap', '*ab*b', ['abb', 'abxb'], ['ab', 'aab']],
  ['what stands between stars does not overlap', '*aa*aa*', ['aaaa', 'aaxaa'], ['aaa', 'aa']],
  ['several stars are several runs', 'a*b*a', ['aba', 'aabba', 'axbxa'], ['aa', 'ab', 'abab']],
  ['a star that is a segment is not empty', '*', ['a', '*', '.', '..', '.a'], ['', '/', 'a/', '/a', 'a/b']],
  ['a star that is a segment is not empty between others', 'a/*/b', ['a/x/b', 'a/./b'], ['a//b', 'a/b', 'a/x/y/b']],
  ['a star that is the last segment is not empty', 'a/*', ['a/b', 'a/.b'], ['a', 'a/', 'a/b/', 'a/b/c']],
  ['stars within a segment may be empty', 'a**b', ['ab', 'axb'], ['a/b', 'a/x/b', '']],
  ['three stars are a segment that is not empty', '***', ['a', 'ab'], ['', 'a/b']],
  ['three stars below a segment do not cross', 'a/***', ['a/b'], ['a', 'a/', 'a/b/c']],
  ['two stars alone are one or more segments', '**', ['a', 'a/b', 'a/b/c', '.', '*'], ['', '/', '/a', 'a/', 'a//b']],
  [
    'two stars at the end are one or more segments',
    'a/**',
    ['a/b', 'a/b/c'],
    ['a', 'a/', 'ab', 'ab/c', 'a//b', 'a/b/', 'a/b//c'],
  ],
  [
    'two stars at the end are below all that stands before them',
    'a/b/**',
    ['a/b/c', 'a/b/c/d'],
    ['a/b', 'a/c', 'a/c/d', 'a/bc/d', 'b/b/c'],
  ],
  ['two stars at the end may follow an empty segment', '*//**', ['a//b', 'a//b/c'], ['a/b', 'a//', 'a///b', '//b']],
  ['two stars at the start may be none', '**/a', ['a', 'b/a', 'b/c/a'], ['', 'ba', '/a', 'a/', 'b//a', 'a/b']],
  [
    'two stars between may be none',
    'a/**/b',
    ['a/b', 'a/x/b', 'a/x/y/b', 'a/b/b'],
    ['ab', 'a//b', 'a/b/', 'a/x//b', 'a/xb'],
  ],
  ['two pairs of stars share what is there', '**/a/**', ['a/b', 'x/a/b', 'a/a', 'x/a/y/z'], ['a', 'x/a', 'a/', 'x/y']],
  ['two pairs of stars in a row are one or more', '**/**', ['a', 'a/b', 'a/b/c'], ['', 'a/', '/a']],
  ['stars of both kinds combine', '**/a*/*/b', ['a/x/b', 'q/ab/x/b', 'q/r/a/x/b'], ['a/b', 'a//b', 'ab/x/y/b']],
  ['a question mark is literal', 'a?', ['a?'], ['ab', 'a', 'a??']],
  ['brackets are literal', '[ab]', ['[ab]'], ['a', 'b']],
  ['braces are literal', '{a,b}', ['{a,b}'], ['a', 'b']],
  ['an exclamation mark is literal', '!a', ['!a'], ['a', 'b', '']],
  ['a number sign is literal', '#a', ['#a'], ['a', '']],
  ['plus, at and parentheses are literal', '+(a)@(b)!(c)?(d)', ['+(a)@(b)!(c)?(d)'], ['ab', 'aab', 'abd']],
  ['a star before parentheses is a star', '*(a)', ['(a)', 'x(a)', 'aa(a)'], ['', 'a', 'aa']],
  ['a backslash is literal', 'a\\*', ['a\\', 'a\\b', 'a\\*'], ['a*', 'a']],
  ['a backslash is no slash', 'a\\b', ['a\\b'], ['a/b', 'ab']],
  ['signs of regular expressions are literal', '^a.b|c$+*', ['^a.b|c$+', '^a.b|c$+x'], ['axb', 'a.b', 'c']],
  ['a range is literal beside a star', '[a-c]*', ['[a-c]', '[a-c]x'], ['a', 'b', 'bx']],
  ['a named class is literal', '[[:alpha:]]*', ['[[:alpha:]]'], ['a', 'b']],
  ['a template is no template any more', '${subject.org}/*', ['${subject.org}/a'], ['a/a']],
  ['a dot is like any other character', '*/.*', ['a/.', 'a/..', 'a/.git'], ['a/b', '/.']],
  ['a star is half of a pair', '\ud83d*', ['😀', '\ud83dx'], ['x', '\ude00']],
  ['an empty pattern is the empty value', '', [''], ['a', '/', '\n']],
  ['a slash at an end is an empty segment', 'a/', ['a/'], ['a', 'a/b', 'a//']],
  ['a control character matches nothing, not even itself', 'a\n', [], ['a\n', 'a', 'a\\n']],
  ['a control character matches nothing below two stars', 'a/**', [], ['a/b\n', 'a/\0', 'a/b\x9f/c']],
];

describe('a glob', () => {
  test.each(SENTENCES)('%s', (_sentence, pattern, matches, others) => {
    const glob = compileGlob(pattern);
    expect([...matches, ...others].filter((value) => glob.matches(value))).toEqual(matches);
  });

  test.each(SENTENCES)('by its definition, %s', (_sentence, pattern, matches, others) => {
    expect([...matches, ...others].filter((value) => globMatches(pattern, value))).toEqual(matches);
  });

  test('agrees with its definition', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(patterns, values, (pattern, value) => {
        const expected = globMatches(pattern, value);
        seen[expected ? 'yes' : 'no'] += 1;
        expect([pattern, value, compileGlob(pattern).matches(value)]).toEqual([pattern, value, expected]);
      }),
      runs,
    );
    expect(seen.yes).toBeGreaterThan(runs.numRuns / 50 - 5);
    expect(seen.no).toBeGreaterThan(runs.numRuns / 50 - 5);
  });

  test('agrees with its definition on values made from the pattern', () => {
    const runOf = fc.array(fc.constantFrom('a', 'b', '*', '', 'a/b', 'ab', 'a/a/b'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(patterns, runOf, (pattern, fillings) => {
        let next = 0;
        const value = pattern.replaceAll(/\*+/g, () => fillings[next++ % fillings.length] ?? '');
        expect([pattern, value, compileGlob(pattern).matches(value)]).toEqual([
          pattern,
          value,
          globMatches(pattern, value),
        ]);
      }),
      runs,
    );
  });

  // minimatch means the same where file systems do not matter: it gives `.`, `..` and empty segments, also those of
  // slashes at an end, the meaning they have in paths, and lets a star be a control character. Such values are ours alone.
  test('agrees with minimatch on values of plain segments', () => {
    const plain = (text: string): boolean =>
      text
        .split('/')
        .every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !/\p{Cc}/u.test(segment));
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(patterns.filter(plain), values.filter(plain), (pattern, value) => {
        const expected = byMinimatch(pattern, value);
        seen[expected ? 'yes' : 'no'] += 1;
        expect([pattern, value, compileGlob(pattern).matches(value)]).toEqual([pattern, value, expected]);
      }),
      runs,
    );
    expect(seen.yes).toBeGreaterThan(runs.numRuns / 50 - 5);
    expect(seen.no).toBeGreaterThan(runs.numRuns / 50 - 5);
  });

  // An engine that tries again and again would not come back from these.
  test.each<[what: string, pattern: string, value: string, matches: boolean]>([
    ['eight stars and a last letter that is not there', 'a*a*a*a*a*a*a*a*b', 'a'.repeat(100_000), false],
    ['eight stars and a last letter that is there', 'a*a*a*a*a*a*a*a*b', `${'a'.repeat(100_000)}b`, true],
    ['eight stars in a row', '********', 'a'.repeat(100_000), true],
    ['eight stars in a row, and a slash in the value', '********', `${'a'.repeat(100_000)}/a`, false],
    ['alternating letters', '*ab*ab*ab*ab*ab*ab*ab*ac', 'ab'.repeat(50_000), false],
    ['alternating letters that end well', '*ab*ab*ab*ab*ab*ab*ab*ac', `${'ab'.repeat(50_000)}ac`, true],
    ['pieces that almost fit', `*${'a'.repeat(60)}b*${'a'.repeat(60)}b*c`, 'a'.repeat(100_000), false],
    ['four times any segments', '**/a/**/a/**/a/**/b', 'a/'.repeat(50_000) + 'a', false],
    ['four times any segments that end well', '**/a/**/a/**/a/**/b', 'a/'.repeat(50_000) + 'b', true],
    ['any segments and stars in them', '**/*a*/**/*a*/**/b', 'aa/'.repeat(33_000) + 'a', false],
    ['any segments before many stars', '**/*a*a*a*b', 'aaaa/'.repeat(20_000) + 'aaaa', false],
    ['any segments at the end of many', 'a/**', 'a/'.repeat(50_000) + 'a', true],
    ['any segments at the end, and an empty one', 'a/**', 'a/'.repeat(50_000), false],
    ['many slashes', '**/b', '/'.repeat(100_000), false],
    ['one long segment for stars between any segments', '**/*a*a*/**/b', 'a'.repeat(100_000), false],
  ])('comes back from %s', (_what, pattern, value, matches) => {
    expect(compileGlob(pattern).matches(value)).toBe(matches);
  });
});

/** A value whose segments are counted as they are read. */
class Counted extends String {
  reads = 0;

  override split(): string[] {
    const segments = String(this).split('/');
    return new Proxy(segments, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) this.reads += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  }
}

describe('the work of a glob', () => {
  const pieces = fc.array(fc.constantFrom('a', 'b', '*', 'a*', '**', '**', '*a*'), { minLength: 1, maxLength: 12 });
  const repeated = fc
    .tuple(
      fc.array(fc.constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
    )
    .map(([segments, times]) => Array.from({ length: times }, () => segments).flat());

  test('is at most a read of each segment of the value for each segment of the pattern, and two more', () => {
    fc.assert(
      fc.property(pieces, repeated, (pattern, value) => {
        const counted = new Counted(value.join('/'));
        const matches = compileGlob(pattern.join('/')).matches(counted as unknown as string);
        expect(counted.reads).toBeLessThanOrEqual((pattern.length + 2) * (value.length + 1));
        return typeof matches === 'boolean';
      }),
      runs,
    );
  });
});

describe('a template', () => {
  test.each([...SUBJECT_VARIABLE_NAMES, 'claims.team', 'claims.a.b', 'claims.subject.org'])(
    'has the variable %s under its name',
    (name) => {
      const [part] = templateSegments(`\${${name}}`) as readonly GlobSegment[];
      expect(variableName(Reflect.get(part as object, 'variable') as never)).toBe(name);
    },
  );

  test('is named by its kind of segment where it has no name of its own', () => {
    expect(variableName({ segment: 'sa' })).toBe('subject.sa');
  });

  test.each<[pattern: string, fault: string, text: string]>([
    ['a/${subject.org', 'not-closed', '${subject.org'],
    ['${subject.org/a}', 'not-closed', '${subject.org'],
    ['a}${subject.org', 'not-closed', 'a}${subject.org'],
    ['a${subject.org}', 'not-whole-segment', 'a${subject.org}'],
    ['${subject.org}a', 'not-whole-segment', '${subject.org}a'],
    ['${subject.org}${subject.user}', 'not-whole-segment', '${subject.org}${subject.user}'],
    ['${${subject.org}}', 'not-whole-segment', '${${subject.org}}'],
    ['${}', 'unknown-variable', ''],
    ['${claims.}', 'unknown-variable', 'claims.'],
    ['${Xclaims.a}', 'unknown-variable', 'Xclaims.a'],
    ['${subject.sa}', 'unknown-variable', 'subject.sa'],
  ])('is refused as %s: %s', (pattern, fault, text) => {
    expect(templateSegments(pattern)).toEqual({ fault, text });
  });
});

describe('a filled-in pattern', () => {
  const literals = fc.oneof(
    fc.string({ unit: fc.constantFrom('*', '$', '{', '}', 'a', '.', '\\'), minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      '*',
      '**',
      '***',
      '${*}',
      '${',
      '$',
      '}',
      '${*',
      '*}',
      '{*}',
      '$*',
      '${${*}}',
      '$${*}',
      '${*}${*}',
      'a',
      'subject.org',
    ),
    fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('/')),
  );
  const segments: fc.Arbitrary<GlobSegment> = fc.oneof(
    { weight: 4, arbitrary: literals.map((literal) => ({ literal })) },
    { weight: 1, arbitrary: fc.constantFrom<GlobSegment>('**', { stars: '*' }, { stars: 'a*' }, { stars: '*$}{' }) },
  );

  test('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(segments, { minLength: 1, maxLength: 5 }), (written) => {
        expect(readPattern(writePattern(written))).toEqual(written);
      }),
      runs,
    );
  });

  test.each<[literal: string, written: string]>([
    ['a', 'a'],
    ['*', '${*}'],
    ['**', '${*}${*}'],
    ['a*b', 'a${*}b'],
    ['${*}', '${${*}}'],
    ['${', '${'],
    ['$', '$'],
    ['${subject.org}', '${subject.org}'],
    ['$*', '$${*}'],
  ])('writes the value %s as %s', (literal, written) => {
    expect(writePattern([{ literal }])).toBe(written);
    expect(readPattern(written)).toEqual([{ literal }]);
  });

  test('is never mistaken for a pattern of a policy', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('*', '$', '{', '}', 'a', '/'), minLength: 1 }), (pattern) => {
        const parts = templateSegments(pattern);
        const plain = 'fault' in parts ? [] : parts.filter((part) => typeof part === 'string' || !('variable' in part));
        expect(plain).toEqual(plain.length === 0 ? [] : readPattern(pattern));
      }),
      runs,
    );
  });
});

function join(segments: readonly string[]): string {
  return segments.join('/');
}

function byMinimatch(pattern: string, value: string): boolean {
  return new Minimatch(pattern.replaceAll(/[^a-z*/]/g, '\\$&'), {
    platform: 'linux',
    nonegate: true,
    nocomment: true,
    nobrace: true,
    noext: true,
    dot: true,
    preserveMultipleSlashes: true,
    optimizationLevel: 0,
  }).match(value);
}

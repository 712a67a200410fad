import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freezeWithin, isAllOf } from '../../src/token/json.ts';
import { scanMembers } from '../../src/token/json-members.ts';
import { runsOf } from '../runs.ts';

interface Written {
  readonly text: string;
  readonly duplicate: boolean;
  readonly depth: number;
}

/** Writes a character plainly or as an escape, as a sender may. */
const spelling = (text: string, escapes: readonly boolean[]): string =>
  `"${[...text].map((c, i) => (escapes[i % escapes.length] === true ? escaped(c) : JSON.stringify(c).slice(1, -1))).join('')}"`;
const escaped = (c: string): string =>
  [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

const space = fc.constantFrom('', ' ', '\n\t', '\r');
const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 3 });
const name = fc.oneof(fc.constantFrom('a', 'b', '"', '\\', ':', '{', '__proto__', '\u00e9', '😀'), fc.string());

/** JSON texts together with what a reader that looks at nothing else would say of them. */
const { json } = fc.letrec<{ json: Written; object: Written; array: Written; scalar: Written }>((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, tie('scalar'), tie('object'), tie('array')),
  scalar: fc
    .oneof(
      fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)),
      fc.tuple(name, flags).map(([text, escapes]) => spelling(text, escapes)),
    )
    .map((text) => ({ text, duplicate: false, depth: 0 })),
  array: fc.tuple(fc.array(tie('json'), { maxLength: 3 }), space).map(([members, gap]) => ({
    text: `[${gap}${members.map(({ text }) => text).join(`${gap},`)}]`,
    duplicate: members.some(({ duplicate }) => duplicate),
    depth: 1 + Math.max(0, ...members.map(({ depth }) => depth)),
  })),
  object: fc.array(fc.tuple(name, flags, tie('json'), space), { maxLength: 4 }).map((members) => ({
    text: `{${members.map(([key, escapes, { text }, gap]) => `${gap}${spelling(key, escapes)}${gap}:${gap}${text}`).join(',')}}`,
    duplicate:
      new Set(members.map(([key]) => key)).size < members.length || members.some(([, , value]) => value.duplicate),
    depth: 1 + Math.max(0, ...members.map(([, , value]) => value.depth)),
  })),
}));

describe('the scanner of member names', () => {
  test('agrees with what was written, for any JSON text', () => {
    fc.assert(
      fc.property(json, ({ text, duplicate, depth }) => {
        expect(() => JSON.parse(text) as unknown).not.toThrow();
        const scan = scanMembers(text);
        expect([scan.duplicate !== undefined, scan.depth]).toEqual([duplicate, depth]);
      }),
      { numRuns: runsOf() },
    );
  });

  test('does not overflow on any depth', () => {
    const levels = 200_000;
    expect(scanMembers('['.repeat(levels) + ']'.repeat(levels))).toEqual({ duplicate: undefined, depth: levels });
  });

  test('gives the first name used twice, as it reads', () => {
    expect(scanMembers('{"x":{"\\u0061":1,"a":2},"b":1,"b":2}').duplicate).toBe('a');
  });
});

describe('counting names and strings', () => {
  const isSure = (text: string): boolean => isAllOf(Buffer.from(text), freezeWithin(JSON.parse(text), 64, Infinity));

  test('is sure of no text that names a member twice', () => {
    fc.assert(
      fc.property(json, ({ text, duplicate }) => !(isSure(text) && duplicate)),
      { numRuns: runsOf(5_000) },
    );
  });

  test('is sure of every text without escaped quotes that names none twice', () => {
    fc.assert(
      fc.property(json, ({ text, duplicate }) => text.includes('\\"') || duplicate || isSure(text)),
      { numRuns: runsOf(5_000) },
    );
  });

  test.each(['{"a":1,"a":1}', '{"a":{"b":"c","b":"c"}}', '[{"a" :"x", "a" : "\\u0022"}]', '{"a":"\\"","a":1}'])(
    'is not sure of %s',
    (text) => {
      expect(isSure(text)).toBe(false);
    },
  );
});

test.each<[value: unknown]>([[1], [null], [true]])('%j in an object is no level of its own', (value) => {
  expect(freezeWithin({ a: value }, 1, 8)).toBe(1);
});

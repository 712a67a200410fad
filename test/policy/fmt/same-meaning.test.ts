import { expect, test } from '@jest/globals';
import type { Node } from '../../../src/policy/document/node.ts';
import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';
import { assertSameMeaning, type Reading, sameMeaning } from '../../../src/policy/fmt/same-meaning.ts';

function read(text: string): Node | undefined {
  return readingOf(text).root;
}

function readingOf(text: string): Reading {
  const problems = new Problems('a.yaml', text);
  const root = readDocument(text, problems);
  return { root, diagnostics: problems.list() };
}

const [SAME, ANOTHER] = [true, false];

test.each<[a: string, b: string, same: boolean]>([
  ['a', '"a"', SAME],
  ['a', 'b', ANOTHER],
  ['1', '1.0', SAME],
  ['1', '"1"', ANOTHER],
  ['0', '-0', ANOTHER],
  ['', 'null', SAME],
  ['', 'false', ANOTHER],
  ['', '[]', ANOTHER],
  ['', '{}', ANOTHER],
  ['[]', '{}', ANOTHER],
  ['[a]', '- a', SAME],
  ['[a]', 'a', ANOTHER],
  ['[a, b]', '[b, a]', ANOTHER],
  ['[a, b]', '[a, c]', ANOTHER],
  ['[a, b]', '[c, b]', ANOTHER],
  ['[a]', '[a, b]', ANOTHER],
  ['[[a]]', '[[b]]', ANOTHER],
  ['{ a: 1 }', 'a: 1', SAME],
  ['{ a: 1 }', '1', ANOTHER],
  ['{ a: 1, b: 2 }', '{ b: 2, a: 1 }', SAME],
  ['{ a: 1, b: 2 }', '{ a: 2, b: 1 }', ANOTHER],
  ['{ a: 1, b: 2 }', '{ a: 1, b: 3 }', ANOTHER],
  ['{ a: 1, b: 2 }', '{ a: 3, b: 2 }', ANOTHER],
  ['{ a: 1 }', '{ a: 1, b: 2 }', ANOTHER],
  ['{ a: 1 }', '{ b: 1 }', ANOTHER],
  ['{ a: }', '{ b: }', ANOTHER],
  ['{ a: { b: [c] } }', '{ a: { b: [c] } }', SAME],
  ['{ a: { b: [c] } }', '{ a: { b: [d] } }', ANOTHER],
  ['*refused', '*refused', SAME],
  ['*refused', 'null', ANOTHER],
])('%j and %j mean the same: %s', (a, b, same) => {
  expect(sameMeaning(read(a), read(b))).toBe(same);
  expect(sameMeaning(read(b), read(a))).toBe(same);
});

test.each<[what: string, document: string, form: string]>([
  ['says something else', 'a: 1', 'a: 2'],
  ['has a fault', 'a: b', 'a: b #c'],
])('a form that %s is refused', (_what, document, form) => {
  expect(() => {
    assertSameMeaning(read(document), readingOf(form));
  }).toThrow(new Error('the formatted policy would not mean the same'));
});

test('a form that means the same is not', () => {
  expect(() => {
    assertSameMeaning(read('{ a: 1 }'), readingOf('a: 1'));
  }).not.toThrow();
});

import { expect, test } from '@jest/globals';
import { textHints } from '../../../../src/decision/explain/hints/text.ts';
import { bare } from '../facts.ts';

const of = (length: number): string => 'x'.repeat(length);
const words = (count: number): string[] => Array.from({ length: count }, (_, i) => `another-word-${String(i)}`);

const rows: readonly (readonly [says: string, actual: unknown, wanted: readonly unknown[], hints: readonly object[]])[] = [
  ['case', 'ada', ['bob', 'Ada'], [{ code: 'case-differs', expected: 'Ada', actual: 'ada' }]],
  ['a slash too many', 'a/', ['a'], [{ code: 'trailing-slash', expected: 'a', actual: 'a/' }]],
  ['a slash too few', 'a', ['a/'], [{ code: 'trailing-slash', expected: 'a/', actual: 'a' }]],
  ['white space', ' ada', ['ada'], [{ code: 'surrounding-space', expected: 'ada', actual: ' ada' }]],
  ['a misspelling', 'paymetns', ['payments'], [{ code: 'nearly-the-same', expected: 'payments', actual: 'paymetns' }]],
  ['two letters for one', 'straße', ['strasse'], [{ code: 'nearly-the-same', expected: 'strasse', actual: 'straße' }]],
  ['case first', 'ada', ['adb', 'Ada'], [{ code: 'case-differs', expected: 'Ada', actual: 'ada' }]],
  ['nothing of another word', 'payments', ['deploys'], []],
  ['nothing of the same', 'ada', ['ada'], []],
  ['nothing beside the same', 'payments', ['paymetns', 'payments'], []],
  ['nothing of what is no text', 5, ['5'], []],
  ['nothing of a wish that is no text', 'ada', [5, null, ['Ada']], []],
  ['what comes behind such a wish', 'ada', [5, 'Ada'], [{ code: 'case-differs', expected: 'Ada', actual: 'ada' }]],
  ['a slip of 128 characters', of(128), [of(127)], [{ code: 'nearly-the-same', expected: of(127), actual: of(128) }]],
  ['a slip for 128 characters', of(127), [of(128)], [{ code: 'nearly-the-same', expected: of(128), actual: of(127) }]],
  ['no slip of 129 characters', of(129), [of(128)], []],
  ['no slip for 129 characters', of(128), [of(129)], []],
  ['a slip for the 256th text', 'ada', [...words(255), 'Ada'], [{ code: 'case-differs', expected: 'Ada', actual: 'ada' }]],
  ['no slip for the 257th text', 'ada', [...words(256), 'Ada'], []],
]; // prettier-ignore

test.each(rows)('hints at %s', (_, actual, wanted, hints) => {
  expect(bare(textHints(actual, wanted))).toEqual(hints);
});

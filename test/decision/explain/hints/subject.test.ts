import { expect, test } from '@jest/globals';
import { subjectHints } from '../../../../src/decision/explain/hints/subject.ts';
import type { SubjectPattern } from '../../../../src/policy/policy.ts';
import { bare, factsWith, principalAt } from '../facts.ts';

const inProject = 'org:acme/prj:payments/env:e1';
const outside = 'org:acme/env:e1';
const ada = 'org:acme/user:ada';

const rows: readonly (readonly [pattern: SubjectPattern, path: string, code: string, actual?: string, expected?: string])[] = [
  [{ prefix: 'org:acme/prj:Payments' }, inProject, 'case-differs', inProject],
  [{ equals: 'org:acme/user:Ada' }, ada, 'case-differs', ada],
  [{ equals: 'org:Acme/user:Ada' }, ada, 'case-differs', ada],
  [{ glob: 'org:acme/user:A*' }, 'org:acme/user:adA', 'case-differs', 'org:acme/user:adA'],
  [{ equals: 'org:acme/user:a*' }, 'org:acme/user:Adam', 'nothing'],
  [{ prefix: outside }, inProject, 'environment-in-project', inProject],
  [{ prefix: inProject }, outside, 'environment-outside-project', outside],
  [{ prefix: 'org:acme/prj:q/env:e1' }, inProject, 'nothing'],
  [{ prefix: 'org:acme/env:zz9' }, inProject, 'nothing'],
  [{ equals: 'org:acme/x:x/y:y/env:e1' }, outside, 'nothing'],
  [{ prefix: 'org:acme/x:xyz/user:ada' }, ada, 'nothing'],
  [{ prefix: 'org:umbrella' }, ada, 'another-organization', 'org:acme', 'org:umbrella'],
  [{ prefix: 'org:umbrella/env:e1' }, inProject, 'another-organization', 'org:acme', 'org:umbrella'],
  [{ prefix: 'org:acne' }, ada, 'nearly-the-same', 'org:acme', 'org:acne'],
  [{ glob: 'org:*/user:bobby' }, ada, 'nothing'],
  [{ equals: 'user:ada' }, ada, 'one-segment-more', ada],
  [{ equals: 'org:acme/prj:payments' }, inProject, 'one-segment-more', inProject],
  [{ glob: 'org:acme/prj:*' }, inProject, 'one-segment-more', inProject],
  [{ glob: 'org:acme/*/user:*' }, ada, 'one-segment-less', ada],
  [{ equals: 'org:acme/prj:*' }, inProject, 'nothing'],
  [{ prefix: 'org:acme/x/user:ada' }, ada, 'nearly-the-same', ada],
  [{ prefix: 'org:acme/prj:paymetns' }, inProject, 'nearly-the-same', 'org:acme/prj:payments'],
]; // prettier-ignore

const textOf = (pattern: SubjectPattern): string => Object.values(pattern)[0] as string;

test.each(rows)('of %j for %s hints at %s', (pattern, path, code, actual = '', expected = textOf(pattern)) => {
  const hints = code === 'nothing' ? [] : [{ code, expected, actual }];
  expect(bare(subjectHints([pattern], factsWith({ principal: principalAt(path) })))).toEqual(hints);
});

test('of several patterns it hints at the one that is missed by a slip, else at the first', () => {
  const of = (...patterns: string[]): readonly string[] => {
    const facts = factsWith({ principal: principalAt(ada) });
    return subjectHints(patterns.map((prefix) => ({ prefix })), facts).map(({ code }) => code); // prettier-ignore
  };
  const far = Array.from({ length: 63 }, (_, i) => `org:acme/prj:of-another-${String(i)}`);
  expect(of('org:umbrella', 'org:acme/user:Ada')).toEqual(['case-differs']);
  expect(of(...far, 'org:umbrella')).toEqual(['another-organization']);
  expect(of(...far)).toEqual([]);
  expect(of(...far, 'org:acme/user:Ada')).toEqual(['case-differs']);
  expect(of(...far, far[0]!, 'org:acme/user:Ada')).toEqual([]);
});

test('of a path of one segment it compares the text', () => {
  const principal = { ...principalAt(ada), path: 'org:a/b' };
  const of = (equals: string): readonly object[] =>
    bare(subjectHints([{ equals }], factsWith({ principal, split: (path) => [path] })));
  expect(of('org:a/b ')).toEqual([{ code: 'surrounding-space', expected: 'org:a/b ', actual: 'org:a/b' }]);
  expect(of('org:umbrella/c')).toEqual([]);
});

test('of a principal that is not known it has none', () => {
  expect(subjectHints([{ prefix: 'org:acme' }], factsWith({}))).toEqual([]);
});

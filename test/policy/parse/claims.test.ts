import { expect, test } from '@jest/globals';
import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';
import { parseClaims } from '../../../src/policy/parse/claims.ts';
import type { Matcher } from '../../../src/policy/policy.ts';

test.each<[written: string, matchers: readonly Matcher[]]>([
  ['[a, null, 0, [b], { glob: c }]', [{ oneOf: ['a', 0] }]],
  ['{ contains: [null, false] }', [{ contains: [false] }]],
  ['{ present: yes }', []],
  ['{ present: [true] }', []],
  ['{ glob: 1 }', []],
  ['{ regex: a }', []],
  ['{ not: { not: a } }', []],
])('of %s, which the shape refuses, what can be read is kept', (written, matchers) => {
  const problems = new Problems('policy.yaml', '');
  const root = readDocument(`c: ${written}`, problems);
  expect(parseClaims(root, [], { file: 'policy.yaml', problems, root })).toStrictEqual(
    matchers.map((matcher) => ({ key: 'c', steps: ['c'], matcher })),
  );
  expect(problems.list()).toEqual([]);
});

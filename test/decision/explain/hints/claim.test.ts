import { expect, test } from '@jest/globals';
import { claimHints } from '../../../../src/decision/explain/hints/claim.ts';
import type { Matcher } from '../../../../src/policy/policy.ts';
import { bare } from '../facts.ts';

type Row = readonly [matcher: Matcher, actual: unknown, code: string, data?: object];

const wrongType = (expected: unknown, actual: unknown): [string, object] => ['wrong-type', { expected, actual }];

const rows: readonly Row[] = [
  [{ oneOf: ['deploys', 'Payments'] }, 'payments', 'case-differs', { expected: 'Payments', actual: 'payments' }],
  [{ oneOf: ['ada'] }, 'ADA', 'case-differs', { expected: 'ada', actual: 'ADA' }],
  [{ oneOf: [5] }, '5', ...wrongType(5, '5')],
  [{ oneOf: ['5'] }, 5, ...wrongType('5', 5)],
  [{ oneOf: ['true'] }, true, ...wrongType('true', true)],
  [{ oneOf: [false, true] }, ' TRUE ', ...wrongType(true, ' TRUE ')],
  [{ oneOf: [5] }, 'six', 'nothing'],
  [{ oneOf: ['null'] }, null, 'nothing'],
  [{ oneOf: ['[object object]'] }, {}, 'nothing'],
  [{ oneOf: ['dev', 'ops'] }, ['ops', 'qa'], 'array-needs-contains', { expected: 'ops', actual: ['ops', 'qa'] }],
  [{ oneOf: ['dev'] }, ['Dev'], 'nothing'],
  [{ contains: ['ops', 'dev'] }, 'dev', 'contains-needs-array', { actual: 'dev' }],
  [{ containsAny: ['ops', 'dev'] }, 'dev', 'contains-needs-array', { actual: 'dev' }],
  [{ contains: [5] }, '5', ...wrongType(5, '5')],
  [{ contains: ['ops'] }, 'deploys', 'nothing'],
  [{ contains: ['Ops', 'Dev'] }, ['ops', 'dev'], 'case-differs', { expected: 'Ops', actual: 'ops' }],
  [{ containsAny: ['Ops', 'Dev'] }, ['qa', 'dev'], 'case-differs', { expected: 'Dev', actual: 'dev' }],
  [{ contains: [5] }, ['5'], ...wrongType(5, '5')],
  [{ glob: 'Pay*' }, 'payments', 'nothing'],
  [{ present: false }, 'payments', 'nothing'],
  [{ not: { oneOf: ['Payments'] } }, 'payments', 'nothing'],
];

test.each(rows)('of %j for %j it hints at %s', (matcher, actual, code, data = {}) => {
  const hints = code === 'nothing' ? [] : [{ code, ...data }];
  expect(bare(claimHints({ key: 'team', steps: ['team'], matcher }, actual, {}))).toEqual(hints);
});

test('of a claim that the token lacks it hints at one with nearly its name', () => {
  const of = (steps: string[], claims: object): readonly object[] =>
    bare(claimHints({ key: steps.join('/'), steps, matcher: { oneOf: ['a'] } }, undefined, { ...claims }));
  expect(of(['Team'], { team: 1 })).toEqual([{ code: 'claim-name-differs', expected: 'Team', actual: 'team' }]);
  expect(of(['Team', 'name'], { team: { name: 1 } })).toEqual([]);
  expect(of(['team'], { project: 1 })).toEqual([]);
});

import { expect, test } from '@jest/globals';
import { distanceOf } from '../../../src/decision/explain/distance.ts';
import type { ConditionExplanation } from '../../../src/decision/explain/explanation.ts';
import { type HintCode, hint } from '../../../src/decision/explain/hints/hint.ts';

type Status = ConditionExplanation['status'];

function condition(path: string, status: Status, ...codes: HintCode[]): ConditionExplanation {
  return { path, status, expected: undefined, verified: true, hints: codes.map((code) => hint(code)) };
}

const rows: readonly (readonly [says: string, far: number, ConditionExplanation[], grants?: Status])[] = [
  ['nothing where all hold', 0, [condition('issuer', 'holds'), condition('claims.a', 'holds', 'case-differs')], 'holds'],
  ['8 for another issuer', 8, [condition('issuer', 'differs')]],
  ['1 for an issuer that is missed by a slip', 1, [condition('issuer', 'differs', 'case-differs')]],
  ['4 for another organisation', 4, [condition('subject', 'differs', 'another-organization')]],
  ['4 for another organisation among hints', 4, [condition('subject', 'differs', 'audience-array', 'another-organization')]],
  ['2 for another subject', 2, [condition('subject', 'differs')]],
  ['2 for what the token lacks', 2, [condition('claims.a', 'absent', 'audience-array')]],
  ['2 for what cannot be asked', 2, [condition('claims.a', 'unknown')]],
  ['1 for a slip', 1, [condition('claims.a', 'differs', 'no-grants', 'wrong-type')]],
  ['1 for want of time', 1, [condition('valid', 'differs', 'rule-expired')]],
  ['1 for grants that differ', 1, [], 'differs'],
  ['1 for grants that are absent', 1, [condition('issuer', 'holds')], 'absent'],
  ['the sum of all', 13, [condition('issuer', 'differs'), condition('kind', 'unknown'), condition('a', 'absent')], 'unknown'],
]; // prettier-ignore

test.each(rows)('is %s', (_, far, conditions, ...rest) => {
  const [status] = rest;
  expect(distanceOf(conditions, status && condition('grants', status))).toBe(far);
});

import { expect, test } from '@jest/globals';
import { timeHints, validityHints } from '../../../../src/decision/explain/hints/time.ts';
import { reason } from '../../../../src/decision/reason.ts';
import { bare, now } from '../facts.ts';

type Valid = Parameters<typeof validityHints>[0];

const validities: readonly (readonly [valid: Valid, code: string, expected?: number])[] = [
  [{ until: now }, 'rule-expired', now],
  [{ from: now - 9, until: now - 5 }, 'rule-expired', now - 5],
  [{ until: now + 1 }, 'nothing'],
  [{ from: now + 1 }, 'rule-not-yet-in-force', now + 1],
  [{ from: now + 5, until: now + 9 }, 'rule-not-yet-in-force', now + 5],
  [{ from: now }, 'nothing'],
  [{ from: now, until: now + 1 }, 'nothing'],
];

test.each(validities)('of a rule valid %j it hints at %s', (valid, code, expected = 0) => {
  expect(bare(validityHints(valid, now))).toEqual(code === 'nothing' ? [] : [{ code, expected, actual: now }]);
});

const LATEST = 100_000_000_000;
const expired = (actual: number): object => ({ code: 'expired-within-minutes', expected: 30, actual });
const times: readonly (readonly [code: 'token_expired' | 'token_issued_in_future', actual: unknown, at: unknown, hints: object[]])[] = [
  ['token_expired', now - 45.5, now, [expired(45)]],
  ['token_expired', now - 300, now, [expired(300)]],
  ['token_expired', now - 301, now, []],
  ['token_expired', now - 45, undefined, []],
  ['token_expired', String(now), now, []],
  ['token_expired', undefined, now, []],
  ['token_issued_in_future', now + 45, now, []],
  ['token_issued_in_future', LATEST, now, []],
  ['token_issued_in_future', LATEST + 1, now, [{ code: 'time-in-milliseconds', actual: LATEST + 1 }]],
]; // prettier-ignore

test.each(times)('of %s, of %j at %j, it hints at %j', (code, actual, expected, hints) => {
  expect(bare(timeHints(reason(code, { actual, expected }), 30))).toEqual(hints);
});

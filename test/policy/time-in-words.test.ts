import { expect, test } from '@jest/globals';
import { distanceInWords, durationInWords, timestamp } from '../../src/policy/time-in-words.ts';

const [HOUR, DAY, YEAR] = [3600, 86_400, 365.25 * 86_400];

test.each([
  [0, '0 s'],
  [1.9, '1 s'],
  [119.9, '119 s'],
  [120, '2 min'],
  [2 * HOUR - 1, '119 min'],
  [2 * HOUR, '2 h'],
  [2 * DAY - 1, '47 h'],
  [2 * DAY, '2 d'],
  [2 * YEAR - 1, '730 d'],
  [2 * YEAR, '2 y'],
  [10 * YEAR, '10 y'],
])('%p seconds are %s', (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});

test.each([
  [1000 + 3599, 'in 59 min'],
  [1000 + 90, 'in 90 s'],
  [1000 + 7200, 'in 2 h'],
  [1000, '0 s ago'],
  [1000 - 3 * DAY, '3 d ago'],
  [1000 - 800 * DAY, '2 y ago'],
  [1e300, expect.stringMatching(/^in .* y$/)],
])('%p, at 1000, is %p', (time, words) => {
  expect(distanceInWords(time, 1000)).toEqual(words);
});

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_800_000_000, '2027-01-15T08:00:00Z'],
  [1_800_000_000.9, '2027-01-15T08:00:00Z'],
  [-0.5, '1969-12-31T23:59:59Z'],
  [8.64e12, '+275760-09-13T00:00:00Z'],
  [8.64e12 + 1, '8640000000001'],
  [-8.64e12 - 1, '-8640000000001'],
  [1e300, '1e+300'],
])('shows the time %p as %s', (time, shown) => {
  expect(timestamp(time)).toBe(shown);
});

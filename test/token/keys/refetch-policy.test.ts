import { describe, expect, test } from '@jest/globals';
import { keyLimits } from '../../../src/token/keys/key-limits.ts';
import { RefetchPolicy, type SetState } from '../../../src/token/keys/refetch-policy.ts';

const T = 1_000;
const policyOf = (random = 0): RefetchPolicy =>
  new RefetchPolicy(keyLimits({ maxStale: 50, cooldown: 30 }), () => random);

describe('a set asked for at 1000 s that is fresh for 100 s and relied on for 50 more', () => {
  test.each<[at: number, state: SetState]>([
    [T, 'fresh'],
    [T + 79.9, 'fresh'],
    [T + 80, 'ageing'],
    [T + 99.9, 'ageing'],
    [T + 100, 'stale'],
    [T + 150, 'stale'],
    [T + 150.1, 'unusable'],
    [T - 0.1, 'stale'],
    [T - 150, 'stale'],
    [T - 150.1, 'unusable'],
    [NaN, 'unusable'],
  ])('is at %d s %s', (at, state) => {
    const policy = policyOf();
    policy.succeeded(T, 100);
    expect(policy.stateAt(at)).toBe(state);
  });
});

test('before a set came there is none to use', () => {
  const policy = policyOf();
  expect([0, T].map((at) => policy.stateAt(at))).toEqual(['unusable', 'unusable']);
  policy.failed(T, new Error('down'));
  expect(policy.stateAt(T)).toBe('unusable');
});

describe('after a failure', () => {
  test.each<[random: number, waits: number[]]>([
    [0, [1, 2, 4, 8, 16, 32, 40, 40]],
    [0.5, [1.25, 2.5, 5, 10, 20, 40, 50, 50]],
    [1, [1.5, 3, 6, 12, 24, 48, 60, 60]],
  ])('the next attempt waits longer each time, with %d of chance', (random, waits) => {
    const policy = policyOf(random);
    for (const wait of waits) {
      policy.failed(T, new Error('down'));
      const at = [wait - 0.1, wait, 0.1 - wait, -wait].map((after) => policy.mayRetry(T + after));
      expect([wait, ...at]).toEqual([wait, false, true, false, true]);
    }
  });

  test('however often, there still is a next attempt', () => {
    const policy = policyOf();
    for (let i = 0; i < 2_000; i += 1) policy.failed(T, new Error('down'));
    expect([39.9, 40].map((after) => policy.mayRetry(T + after))).toEqual([false, true]);
  });

  test('nobody waits for two minutes, by a clock that is set back too', () => {
    const policy = policyOf();
    policy.failed(T, new Error('down'));
    expect([-120, -119.9, 0, 119.9, 120].map((after) => policy.knownDown(T + after))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('its reason is known, until an attempt succeeds', () => {
    const policy = policyOf();
    const error = new Error('down');
    policy.failed(T, error);
    expect(policy.lastError).toBe(error);
    policy.succeeded(T, 100);
    expect([policy.lastError, policy.mayRetry(T), policy.knownDown(T)]).toEqual([undefined, true, false]);
    policy.failed(T, error);
    expect(policy.mayRetry(T + 1)).toBe(true);
  });
});

test('an issuer nobody asked is not known to be down, and may be asked', () => {
  const policy = policyOf();
  expect([policy.knownDown(0), policy.mayRetry(0), policy.mayLookAgain(0)]).toEqual([false, true, true]);
});

describe('an unknown key id', () => {
  test('may cause an attempt once the last began 30 s ago, by a clock that is set back too', () => {
    const policy = policyOf();
    policy.began(T);
    expect([-30, -29.9, 0, 29.9, 30].map((after) => policy.mayLookAgain(T + after))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test('waits as any other attempt after a failure', () => {
    const policy = policyOf();
    for (let i = 0; i < 7; i += 1) policy.failed(T, new Error('down'));
    policy.began(T);
    expect([30, 40].map((after) => policy.mayLookAgain(T + after))).toEqual([false, true]);
  });
});

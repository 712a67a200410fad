import { describe, expect, test } from '@jest/globals';
import { parseRequest, timeOf } from '../../src/decision/request.ts';

const NOW = 1_767_225_600;
const malformed = (expected: string, path?: string): object => ({
  code: 'request_malformed',
  expected,
  ...(path === undefined ? {} : { path }),
});
const TEXT = 'expected a string that is not empty';
const SECONDS = 'expected seconds since the epoch';

describe('a request', () => {
  test.each<[what: string, input: unknown, expected: object]>([
    ['may say nothing', {}, { now: NOW }],
    ['may be left out', undefined, { now: NOW }],
    ['keeps what it says', { audience: 'x', action: 'a', resource: 'b/c' }, { audience: 'x', action: 'a', resource: 'b/c', now: NOW }],
    ['may leave members undefined', { audience: undefined, action: undefined, resource: undefined }, { now: NOW }],
    ['has no time of its own where one is given', { now: 1 }, malformed('known are audience, action, resource', 'now')],
    ['has none there that is undefined either', { now: undefined }, malformed('known are audience, action, resource', 'now')],
    ['has no other members, not even undefined', { acton: undefined }, malformed('known are audience, action, resource', 'acton')],
    ['is an object', 'read', malformed('expected an object')],
    ['is not null', null, malformed('expected an object')],
    ['is no list', [], malformed('expected an object')],
    ['is no function', () => 1, malformed('expected an object')],
    ['has no other members', { acton: 'a' }, malformed('known are audience, action, resource', 'acton')],
    ['has an action that is text', { action: 5 }, malformed(TEXT, 'action')],
    ['has an audience that is not empty', { audience: '' }, malformed(TEXT, 'audience')],
    ['has a resource that is not empty', { action: 'a', resource: '' }, malformed(TEXT, 'resource')],
    ['names no resource alone', { resource: 'a' }, malformed('a resource needs an action', 'resource')],
    ['names a canonical resource', { action: 'a', resource: 'a/../b' }, { code: 'resource_not_canonical', actual: 'a/../b' }],
  ])('%s', (_, input, expected) => {
    const { message: _message, ...parsed } = parseRequest(input, NOW) as unknown as Record<string, unknown>;
    expect(parsed).toEqual(expected);
    expect(Object.keys(parsed).sort()).toEqual(Object.keys(expected).sort());
  }); // prettier-ignore

  test.each<[what: string, input: unknown, expected: object]>([
    ['may bring its own time', { now: 5.5 }, { now: 5.5 }],
    ['brings a time that is a number', { now: '5' }, malformed(SECONDS, 'now')],
    ['brings a time that is a number, not what could be one', { now: new Date(5) }, malformed(SECONDS, 'now')],
    ['brings a time that is finite', { now: Infinity }, malformed(SECONDS, 'now')],
    ['may name its time among what is known', { then: 5 }, malformed('known are audience, action, resource, now', 'then')],
  ])('%s where none is given', (_, input, expected) => {
    expect(parseRequest(input)).toMatchObject(expected);
  }); // prettier-ignore

  test.each([undefined, {}, { now: undefined }])('is of now where neither is: %j', (input) => {
    const before = Date.now() / 1000;
    const { now } = parseRequest(input) as { now: number };
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now() / 1000);
  });
});

describe('the time of a refusal', () => {
  test.each([5, 5.5, -1])('is that of the request: %d', (now) => {
    expect(timeOf({ now, acton: 1 })).toBe(now);
  });

  test.each<unknown>([undefined, null, 'now', 5, {}, { now: '5' }, { now: Infinity }, { now: Number.NaN }])(
    'is now where that says none: %j',
    (input) => {
      const before = Date.now() / 1000;
      expect(timeOf(input)).toBeGreaterThanOrEqual(before);
      expect(timeOf(input)).toBeLessThanOrEqual(Date.now() / 1000);
    },
  );
});

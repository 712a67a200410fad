import { describe, expect, test } from '@jest/globals';
import { checkIssuerUrl, checkKeysUrl } from '../../../src/policy/parse/check-url.ts';
import { parseClaimKey } from '../../../src/policy/parse/pointer.ts';
import { inWords } from '../../../src/policy/parse/source.ts';
import { parseDuration, parseTime } from '../../../src/policy/parse/time.ts';

test.each<[text: string, seconds: number | undefined]>([
  ['0s', 0],
  ['90s', 90],
  ['5m', 300],
  ['2h', 7_200],
  ['30d', 2_592_000],
  ['9999999999s', 9_999_999_999],
  ['99999999999s', undefined],
  ['x5m', undefined],
  ['5mx', undefined],
  ['5', undefined],
  ['m', undefined],
  ['5M', undefined],
  ['', undefined],
])('the duration %j is %p s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

describe('a time', () => {
  test.each([
    '1970-01-01T00:00:00Z',
    '2026-11-23T14:05:09Z',
    '2026-11-23t14:05:09.25z',
    '2024-02-29T23:59:59+00:00',
    '2026-01-01T00:00:00+05:45',
    '2026-01-01T00:00:00-03:30',
    '0001-01-01T00:00:00Z',
  ])('%s is what the platform says', (text) => {
    expect(parseTime(text)).toBe(Date.parse(text.toUpperCase()) / 1000);
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00:00',
    '2026-01-01',
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

test.each<[key: string, steps: readonly string[] | undefined]>([
  ['a/b', ['a/b']],
  ['a~2', ['a~2']],
  ['/', ['']],
  ['/a~1b/c~0d', ['a/b', 'c~d']],
  ['/~01', ['~1']],
  ['/a~', undefined],
  ['/~2', undefined],
])('the key %j of a claim has the steps %j', (key, steps) => {
  expect(parseClaimKey(key)).toEqual(steps);
});

describe('a url', () => {
  test.each<[url: string, insecure: boolean, message: string]>([
    ['issuer.example', false, 'is not an absolute url'],
    ['a.b://issuer.example', false, 'is not an absolute url'],
    [' https://issuer.example', false, 'is not an absolute url'],
    ['https://a@issuer.example', false, 'has user info'],
    ['https://issuer.example#a', false, 'has a fragment'],
    ['https://issuer.example?a', false, 'has a query'],
    ['http://issuer.example', true, 'is not https'],
    ['ftp://issuer.example', false, 'is not an https url'],
  ])('%s of an issuer is refused with why', (url, insecure, message) => {
    expect(checkIssuerUrl(url)).toEqual({ insecure, message: expect.stringContaining(message) });
  });

  test('of keys may have a query', () => {
    expect(checkKeysUrl('https://issuer.example/keys?a')).toBeUndefined();
  });
});

test('a place is told by file and line, with nothing hidden', () => {
  expect(inWords({ file: 'a\u202e.yaml', line: 3, column: 9 })).toBe('a\\u{202e}.yaml:3');
});

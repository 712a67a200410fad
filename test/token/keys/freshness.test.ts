import { describe, expect, test } from '@jest/globals';
import { freshnessOf } from '../../../src/token/keys/freshness.ts';

describe('a key set is fresh for', () => {
  test.each<[seconds: number, cacheControl: string | undefined, age: string | undefined]>([
    [600, undefined, undefined],
    [600, '', undefined],
    [600, 'public', '500'],
    [600, 'must-revalidate, private', undefined],
    [600, 'max-age', undefined],
    [600, 'max-age=x', undefined],
    [600, 'max-age=-1', undefined],
    [600, 's-maxage=5000', undefined],
    [600, 'x-max-age=5000', undefined],
    [3_600, 'max-age=3600', undefined],
    [3_600, 'Public,MAX-AGE=3600,must-revalidate', undefined],
    [3_600, 'max-age="3600"', undefined],
    [3_600, 'max-age = 3600', undefined],
    [300, 'max-age=3600, max-age=300', undefined],
    [300, 'max-age=300, max-age=3600', undefined],
    [3_000, 'max-age=3600', '600'],
    [3_600, 'max-age=3600', 'x'],
    [3_600, 'max-age=3600', '-600'],
    [3_600, 'max-age=3600', '600x'],
    [60, 'max-age=3600', '3600'],
    [60, 'max-age=3600', '99999999999'],
    [60, 'max-age=0', undefined],
    [60, 'max-age=59', undefined],
    [61, 'max-age=61', undefined],
    [86_400, 'max-age=31536000', undefined],
    [86_400, `max-age=${'9'.repeat(400)}`, undefined],
    [60, `max-age=${'9'.repeat(400)}`, '9'.repeat(400)],
    [60, 'no-store', undefined],
    [60, 'no-cache', undefined],
    [60, 'max-age=3600, no-cache="set-cookie"', undefined],
    [60, 'max-age=3600,No-Store', undefined],
  ])('%p seconds, told `%s` and age `%s`', (seconds, cacheControl, age) => {
    const headers = new Headers({
      ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
      ...(age === undefined ? {} : { age }),
    });
    expect(freshnessOf(headers, { usual: 600, least: 60, most: 86_400 })).toBe(seconds);
  });
});

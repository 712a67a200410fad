import { describe, expect, test } from '@jest/globals';
import type { Fetch } from '../../../src/token/keys/fetch-json.ts';
import { fetchKeys, type FetchedKeys } from '../../../src/token/keys/fetch-keys.ts';
import { keyLimits, type KeyLimitOptions } from '../../../src/token/keys/key-limits.ts';
import { keyNamed } from './issuer-server.ts';

const issuer = 'https://a.example';
const jwksUri = new URL('https://keys.example/jwks');
const discovery = { issuer, jwks_uri: jwksUri.href };
const jwks = { keys: [keyNamed('one')] };

/** Whoever stands where the network is, and every url and signal it was asked with. */
const network = (
  answer: (url: string) => Promise<Response>,
): { fetch: Fetch; asked: string[]; signals: AbortSignal[] } => {
  const [asked, signals]: [string[], AbortSignal[]] = [[], []];
  const fetch: Fetch = (input, init) => {
    asked.push(String(input));
    if (init?.signal) signals.push(init.signal);
    return answer(String(input));
  };
  return { fetch, asked, signals };
};
const answering = (value: unknown, headers = {}) => network(async () => Response.json(value, { headers }));
const silence = () => network(() => new Promise(() => undefined));

interface Asking extends KeyLimitOptions {
  readonly noCache?: boolean;
}
const fetched = (fetch: Fetch, { noCache = false, ...limits }: Asking = {}): Promise<FetchedKeys> =>
  fetchKeys({ issuer, jwksUri }, { fetch, limits: keyLimits(limits), noCache });
const discovered = (fetch: Fetch, noCache = false): Promise<FetchedKeys> =>
  fetchKeys({ issuer, jwksUri: undefined }, { fetch, limits: keyLimits(), noCache });

describe('the keys of an issuer', () => {
  test('come with how long they are fresh', async () => {
    const { fetch, asked } = answering(jwks, { 'cache-control': 'max-age=1200' });
    const { set, freshness } = await fetched(fetch);
    expect([set.keys.map(({ kid }) => kid), freshness]).toEqual([['one'], 1_200]);
    expect(asked).toEqual([jwksUri.href]);
  });

  test('are where the discovery document says', async () => {
    const { fetch, asked } = network(async (url) => Response.json(url === jwksUri.href ? jwks : discovery));
    const { set } = await discovered(fetch);
    expect(set.keys.length).toBe(1);
    expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`, jwksUri.href]);
  });

  test.each([false, true])('are asked for past every cache: %p', async (noCache) => {
    const asked: unknown[] = [];
    const fetch: Fetch = async (url, init) => {
      asked.push(new Headers(init?.headers).get('cache-control'));
      return Response.json(String(url) === jwksUri.href ? jwks : discovery);
    };
    await discovered(fetch, noCache);
    await fetched(fetch, { noCache });
    expect(new Set(asked)).toEqual(new Set([noCache ? 'no-cache' : null]));
  });

  test('may be as many and as long as the limits say', async () => {
    const two = { keys: [keyNamed('one'), keyNamed('two')] };
    const bytes = JSON.stringify(two).length;
    expect((await fetched(answering(two).fetch, { keys: 2, bodyBytes: bytes })).set.keys.length).toBe(2);
    await expect(fetched(answering(two).fetch, { keys: 1 })).rejects.toThrow(
      /^the JWKS cannot be used: the set has more than 1 keys$/,
    );
    await expect(fetched(answering(two).fetch, { bodyBytes: bytes - 1 })).rejects.toThrow(
      `the JWKS answered with more than ${String(bytes - 1)} bytes`,
    );
  });
});

/** The platform's own error where no answer came, as `fetch` gives it. */
const refusedConnection = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
const failing = (reason: Error): Fetch => network(() => Promise.reject(reason)).fetch;

describe('what went wrong is said', () => {
  test.each<[name: string, reason: unknown, says: string]>([
    ['with the platform’s code', refusedConnection, 'could not be fetched (ECONNREFUSED)'],
    ['without the platform’s words', new TypeError('fetch failed'), 'could not be fetched'],
    ['without a code that is none', new TypeError('fetch failed', { cause: { code: 20 } }), 'could not be fetched'],
    ['of what is no error', 'ECONNREFUSED', 'could not be fetched'],
    ['of nothing', undefined, 'could not be fetched'],
    ['in the words of whoever fetches', new Error('is not reachable from here'), 'is not reachable from here'],
  ])('%s', async (_name, reason, says) => {
    const error: unknown = await fetched(failing(reason as Error)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: `the JWKS ${says}`, cause: reason });
    await expect(discovered(failing(reason as Error))).rejects.toMatchObject({
      message: `the discovery document ${says}`,
      cause: reason,
    });
  });

  test('of a discovery document, and no keys are fetched', async () => {
    const { fetch, asked } = answering({ issuer: 'https://b.example' });
    await expect(discovered(fetch)).rejects.toThrow(
      /^the discovery document names another issuer: `https:\/\/b\.example`$/,
    );
    expect(asked.length).toBe(1);
  });

  test('of an issuer without discovery, and nothing is fetched', async () => {
    const { fetch, asked } = answering(jwks);
    const location = { issuer: 'a.example', jwksUri: undefined };
    await expect(fetchKeys(location, { fetch, limits: keyLimits(), noCache: false })).rejects.toThrow(
      /^the issuer is not a url that may be fetched$/,
    );
    expect(asked).toEqual([]);
  });
});

/** Timers that keep the process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a fetch', () => {
  test('may take its time before the deadline', async () => {
    const { fetch, signals } = network(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Response.json(jwks);
    });
    const keys = fetched(fetch);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect((await keys).set.keys.length).toBe(1);
  });

  test('that does not end is ended at the deadline, and keeps no process alive until then', async () => {
    const { fetch, signals } = silence();
    const before = timers();
    const keys = fetched(fetch, { deadline: 0.05 });
    expect(timers()).toBe(before);
    await expect(keys).rejects.toThrow(/^the issuer did not answer within 0\.05 s$/);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('lets go of what it asked for, once it knows enough', async () => {
    const { fetch, signals } = network(() => Promise.resolve(new Response('{}', { status: 500 })));
    await expect(fetched(fetch)).rejects.toThrow(/^the JWKS answered with status 500$/);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('has a deadline where a timer is a number, too', async () => {
    const platform = globalThis.setTimeout;
    const numbered = (call: () => void, after: number): number => Number(platform(call, after));
    globalThis.setTimeout = numbered as never;
    const keys = fetched(silence().fetch, { deadline: 0.05 }).catch(String);
    globalThis.setTimeout = platform;
    expect(await keys).toMatch(/did not answer within 0\.05 s$/);
  });
});

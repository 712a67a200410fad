import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CountersignError } from '../../../src/decision/reason.ts';
import type { KeySet } from '../../../src/token/keys/key-set.ts';
import type { KeyWarning } from '../../../src/token/keys/key-warning.ts';
import { remoteKeys, type RemoteKeySource, type RemoteKeysOptions } from '../../../src/token/keys/remote-keys.ts';
import { json, keyNamed, startIssuer, type Answer, type IssuerServer } from './issuer-server.ts';

let issuer: IssuerServer;
let now: number;
beforeEach(async () => {
  issuer = await startIssuer();
  now = 1_800_000_000;
});
afterEach(() => issuer.close());

const sourceOf = (options: Partial<RemoteKeysOptions> = {}): RemoteKeySource =>
  remoteKeys({ issuer: issuer.url, clock: () => now, random: () => 0, ...options });
const kidsOf = ({ keys }: KeySet): unknown[] => keys.map(({ kid }) => kid);
const kids = async (source: RemoteKeySource, kid?: unknown): Promise<unknown[]> =>
  kidsOf(await source.keySet(kid === undefined ? undefined : { kid }));
const status =
  (code: number): Answer =>
  (response) =>
    response.writeHead(code).end();

/** Waits for what happens in the background; not for any length of time. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
};
/** Waits until a fetch that a test let begin has been taken in: the source has no other sign of it. */
const settled = (source: RemoteKeySource, expected: unknown[]): Promise<void> =>
  until(() => {
    const set = source.keySet();
    if (set instanceof Promise) {
      set.catch(() => undefined);
      return false;
    }
    return JSON.stringify(kidsOf(set)) === JSON.stringify(expected);
  });

/** A source whose keys are half a minute old, and the requests for newer ones, which wait for what a test answers. */
const holding = async (): Promise<{ source: RemoteKeySource; held: ((answer: Answer) => void)[] }> => {
  const held: ((answer: Answer) => void)[] = [];
  const source = sourceOf({ jwksUri: `${issuer.url}/jwks` });
  await source.keySet();
  now += 30;
  issuer.jwks = (response, request) => held.push((answer) => answer(response, request));
  return { source, held };
};

describe('keys of an issuer', () => {
  test('are found by discovery, and then are at hand at once', async () => {
    const source = sourceOf();
    expect(await kids(source)).toEqual(['one']);
    expect(source.keySet()).not.toBeInstanceOf(Promise);
    expect([issuer.discoveryAsked, issuer.asked]).toEqual([1, [undefined]]);
  });

  test('are found at a url of the configuration, without discovery', async () => {
    expect(await kids(sourceOf({ jwksUri: `${issuer.url}/keys` }))).toEqual(['one']);
    expect(issuer.discoveryAsked).toBe(0);
  });

  test('are found where the issuer ends in a slash', async () => {
    issuer.discovery = json({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/jwks` });
    expect(await kids(sourceOf({ issuer: `${issuer.url}/` }))).toEqual(['one']);
  });

  test('are fetched anew where an attempt is past its deadline and has not ended', async () => {
    let asked = 0;
    const fetch: typeof globalThis.fetch = (input, init) => {
      asked += 1;
      return asked === 1 ? new Promise(() => undefined) : globalThis.fetch(input, init);
    };
    const source = sourceOf({ fetch, jwksUri: `${issuer.url}/keys`, limits: { deadline: 1 } });
    const lost = Promise.resolve(source.keySet()).catch(() => 'lost');
    await until(() => asked === 1);
    now += 2;
    const waiting = Promise.resolve(source.keySet()).catch(() => 'lost too');
    expect(asked).toBe(1);
    now += 0.001;
    expect(await kids(source)).toEqual(['one']);
    expect(asked).toBe(2);
    expect(await Promise.all([lost, waiting])).toEqual(['lost', 'lost too']);
  });

  test('are fetched once for 500 callers at a cold start', async () => {
    const source = sourceOf();
    const sets = await Promise.all(Array.from({ length: 500 }, async () => source.keySet({ kid: 'one' })));
    expect(new Set(sets).size).toBe(1);
    expect([issuer.discoveryAsked, issuer.asked.length]).toEqual([1, 1]);
  });

  test('are fetched once for 500 callers after they grew stale', async () => {
    const source = sourceOf();
    await source.keySet();
    now += 601;
    issuer.publish('two');
    const sets = await Promise.all(Array.from({ length: 500 }, async () => source.keySet({ kid: 'one' })));
    expect(sets.map(kidsOf)).toEqual(sets.map(() => ['two']));
    expect(issuer.asked.length).toBe(2);
  });

  test('may come from a cache on the way, where none is missing', async () => {
    const source = sourceOf();
    await source.keySet();
    now += 601;
    await source.keySet();
    expect(issuer.asked).toEqual([undefined, undefined]);
  });

  test('stay at hand by the time of the system', async () => {
    const source = remoteKeys({ issuer: issuer.url });
    const set = await source.keySet();
    const start = Date.now();
    await until(() => Date.now() > start + 4);
    expect(source.keySet()).toBe(set);
    expect(issuer.asked.length).toBe(1);
  });

  test('are shared by a caller who does not wait for them', async () => {
    const source = sourceOf();
    void source.keySet();
    expect(await kids(source)).toEqual(['one']);
    expect(issuer.asked.length).toBe(1);
  });
});

describe('fresh keys', () => {
  test.each<[name: string, headers: Record<string, string>, seconds: number]>([
    ['ten minutes where the issuer says nothing', {}, 600],
    ['max-age', { 'cache-control': 'public, max-age=1200' }, 1_200],
    ['max-age less Age', { 'cache-control': 'max-age=1200', age: '200' }, 1_000],
    ['a minute at least', { 'cache-control': 'max-age=0' }, 60],
    ['a day at most', { 'cache-control': 'max-age=99999999' }, 86_400],
    ['a minute where they may not be stored', { 'cache-control': 'no-store, max-age=5000' }, 60],
  ])('stay so for %s', async (_name, headers, seconds) => {
    issuer.jwks = json({ keys: [keyNamed('one')] }, headers);
    const source = sourceOf();
    await source.keySet();
    now += seconds * 0.79;
    expect(source.keySet()).not.toBeInstanceOf(Promise);
    expect(issuer.asked.length).toBe(1);
    issuer.publish('two');
    now += seconds * 0.22;
    expect(await kids(source)).toEqual(['two']);
  });

  test('are fetched ahead of time in the background, the old ones serving meanwhile', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    issuer.publish('two');
    now += 480;
    expect(source.keySet()).toBe(first);
    expect(source.keySet()).toBe(first);
    await settled(source, ['two']);
    expect(issuer.asked.length).toBe(2);
  });

  test('that were removed stop serving when the answer’s time is over, even after silence', async () => {
    const source = sourceOf();
    await source.keySet();
    issuer.publish('two');
    now += 3_000;
    expect(await kids(source, 'one')).toEqual(['two']);
  });

  test('grow stale, not younger, by a clock that is set back', async () => {
    const source = sourceOf();
    await source.keySet();
    issuer.publish('two');
    now -= 1_000;
    expect(await kids(source)).toEqual(['two']);
  });

  test('are replaced, never merged', async () => {
    issuer.publish('one', 'two');
    const source = sourceOf();
    await source.keySet();
    issuer.publish('two', 'three');
    expect(kidsOf(await source.refresh())).toEqual(['two', 'three']);
    expect(await kids(source)).toEqual(['two', 'three']);
  });
});

describe('an unknown key id', () => {
  test('causes a fetch that no cache answers, once the last is 30 s old', async () => {
    const source = sourceOf();
    await source.keySet();
    issuer.publish('one', 'two');
    now += 29;
    expect(await kids(source, 'two')).toEqual(['one']);
    expect(issuer.asked).toEqual([undefined]);
    now += 1;
    expect(await kids(source, 'two')).toEqual(['one', 'two']);
    expect(issuer.asked).toEqual([undefined, 'no-cache']);
  });

  test('causes one fetch in 30 s, however many there are, and known ones do not wait', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    for (let second = 0; second < 91; second += 1) {
      const flood = Array.from({ length: 20 }, async (_, i) => source.keySet({ kid: `${second}-${i}` }));
      const known = source.keySet({ kid: 'one' });
      expect(known).not.toBeInstanceOf(Promise);
      await Promise.all(flood);
      now += 1;
    }
    expect(kidsOf(first)).toEqual(kidsOf(await source.keySet()));
    expect(issuer.asked.length).toBe(4);
  });

  test('causes no failing fetch but one in a while, and takes no known key, while the issuer is down', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    issuer.jwks = status(500);
    now += 30;
    const floods = Array.from({ length: 50 }, async (_, i) => source.keySet({ kid: `${i}` }));
    expect(new Set(await Promise.all(floods))).toEqual(new Set([first]));
    expect(await source.keySet({ kid: 'more' })).toBe(first);
    now += 29;
    expect(await source.keySet({ kid: 'more' })).toBe(first);
    expect(source.keySet({ kid: 'one' })).toBe(first);
    expect(issuer.asked.length).toBe(2);
  });

  test.each([undefined, null, 1, ['two'], {}, 'k'.repeat(257)])('that is %p causes no fetch', async (kid) => {
    const source = sourceOf();
    const first = await source.keySet();
    now += 100;
    expect(source.keySet({ kid })).toBe(first);
  });

  test.each(['', 'k'.repeat(256)])('that is %p may be found', async (kid) => {
    const source = sourceOf();
    await source.keySet();
    issuer.publish('one', kid);
    now += 100;
    expect(await kids(source, kid)).toEqual(['one', kid]);
  });

  test('is answered with the newest keys, where its own fetch fails', async () => {
    const { source, held } = await holding();
    const looking = source.keySet({ kid: 'two' });
    await until(() => held.length === 1);
    issuer.publish('newer');
    await source.refresh();
    held.forEach((answer) => answer(status(500)));
    expect(kidsOf(await looking)).toEqual(['newer']);
  });

  test('of a key set aside is not unknown', async () => {
    issuer.jwks = json({ keys: [keyNamed('one'), { kty: 'oct', k: 'AA', kid: 'mac' }] });
    const source = sourceOf();
    const first = await source.keySet();
    now += 100;
    expect(source.keySet({ kid: 'mac' })).toBe(first);
  });
});

const drip: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 5);
  response.on('close', () => clearInterval(timer));
};
const padded = (bytes: number): string => JSON.stringify({ keys: [keyNamed('one')], pad: 'x'.repeat(bytes) });

/** What an issuer may answer for its keys that is not a key set. */
const broken: readonly [name: string, answer: Answer, says: RegExp][] = [
  ['status 404', status(404), /the JWKS answered with status 404/],
  ['status 500', status(500), /status 500/],
  ['status 204', status(204), /status 204/],
  ['status 206', (response) => response.writeHead(206).end(padded(0)), /status 206/],
  ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end(padded(0)), /redirect/],
  ['a permanent redirect', (response) => response.writeHead(308, { location: '/elsewhere' }).end(), /redirect/],
  [
    'a page',
    (response) => response.writeHead(200, { 'content-type': 'Text/HTML; charset=utf-8' }).end(padded(0)),
    /html/i,
  ],
  ['what is not JSON', (response) => response.writeHead(200).end('{"keys":['), /not JSON/],
  ['nothing', (response) => response.writeHead(200).end(), /not JSON/],
  [
    'bytes that are not UTF-8',
    (response) => response.writeHead(200).end(Buffer.from('7b22ff227d', 'hex')),
    /the JWKS answered with something that is not JSON/,
  ],
  ['no keys', json({}), /array `keys`/],
  ['an empty set', json({ keys: [] }), /no keys/],
  ['an array', json([keyNamed('one')]), /array `keys`/],
  ['257 keys', json({ keys: Array.from({ length: 257 }, () => keyNamed('one')) }), /more than 256/],
  ['a body too long', (response) => response.writeHead(200).end(padded(524_288)), /more than 524288 bytes/],
  [
    'a body that unpacks to too much',
    (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(padded(5_000_000))),
    /more than 524288 bytes/,
  ],
  [
    'a body under a hundred codings',
    (response) =>
      response.writeHead(200, { 'content-encoding': Array(100).fill('gzip').join(', ') }).end(gzipSync('{}')),
    /the JWKS could not be fetched/,
  ],
  ['a connection that breaks', (response) => response.destroy(), /the JWKS could not be fetched/],
  ['silence', () => undefined, /did not answer within 1 s/],
  ['a body that drips', drip, /did not answer within 1 s/],
];

const useless = json({ keys: [{ kty: 'oct', k: 'AA' }, null] });

describe('an issuer that answers', () => {
  test('with keys that are all unusable has none that fits, and is not asked again at once', async () => {
    issuer.jwks = useless;
    const source = sourceOf();
    const set = await source.keySet();
    expect(set).toMatchObject({ keys: [], setAside: [{ why: 'symmetric' }, { why: 'malformed' }] });
    expect(await source.keySet()).toBe(set);
    expect(issuer.asked.length).toBe(1);
  });

  test('with keys that are all unusable may do so again, where it never had better ones', async () => {
    issuer.jwks = useless;
    const source = sourceOf();
    await source.keySet();
    issuer.jwks = json({ keys: [null] });
    expect(await source.refresh()).toMatchObject({ keys: [], setAside: [{ why: 'malformed' }] });
  });

  test('with keys that are all unusable is told why, where it had better ones', async () => {
    const source = sourceOf();
    await source.keySet();
    issuer.jwks = useless;
    await expect(source.refresh()).rejects.toMatchObject({
      message: `no keys of issuer \`${issuer.url}\`: none of its keys is usable (symmetric, malformed)`,
      cause: expect.objectContaining({ message: 'none of its keys is usable (symmetric, malformed)' }),
    });
  });

  test.each(broken)('%s has no keys', async (name, answer, says) => {
    issuer.jwks = answer;
    const limits = { deadline: /silence|drips/.test(name) ? 1 : 5 };
    const error = await Promise.resolve(sourceOf({ limits }).keySet()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CountersignError);
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', message: expect.stringMatching(says) });
    expect(String(error)).toContain(issuer.url);
    expect(issuer.asked.length).toBe(1);
  });

  const bad = [...broken.map(([name, answer]) => [name, answer] as const), ['no usable key', useless] as const];
  test.each(bad)('%s keeps the keys it had', async (name, answer) => {
    const source = sourceOf({ limits: { deadline: /silence|drips/.test(name) ? 1 : 5 } });
    const first = await source.keySet();
    issuer.jwks = answer;
    await expect(source.refresh()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    expect(source.keySet()).toBe(first);
    now += 700;
    expect(await source.keySet()).toBe(first);
  });

  test('more than enough, and a body that just fits, has keys', async () => {
    issuer.jwks = (response) => response.writeHead(200).end(padded(524_288 - padded(0).length));
    expect(await kids(sourceOf())).toEqual(['one']);
  });

  test('compressed has keys', async () => {
    issuer.jwks = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(padded(9)));
    expect(await kids(sourceOf())).toEqual(['one']);
  });
});

describe('discovery is refused', () => {
  const document = (changes: object): Answer =>
    json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...changes });
  test.each<[name: string, answer: () => Answer]>([
    ['for another issuer', () => document({ issuer: 'https://attacker.example' })],
    ['for the issuer with a slash', () => document({ issuer: `${issuer.url}/` })],
    ['for the issuer in capitals', () => document({ issuer: issuer.url.toUpperCase() })],
    ['for the issuer under https', () => document({ issuer: issuer.url.replace('http', 'https') })],
    ['for an array of the issuer', () => document({ issuer: [issuer.url] })],
    ['without an issuer', () => document({ issuer: undefined })],
    ['without a jwks_uri', () => document({ jwks_uri: undefined })],
    ['with plain http', () => document({ jwks_uri: 'http://issuer.example/jwks' })],
    ['with another scheme', () => document({ jwks_uri: 'file:///etc/passwd' })],
    ['with data', () => document({ jwks_uri: 'data:application/json,{"keys":[]}' })],
    ['with credentials', () => document({ jwks_uri: `${issuer.url.replace('//', '//u:p@')}/jwks` })],
    ['with a fragment', () => document({ jwks_uri: `${issuer.url}/jwks#x` })],
    ['with an empty fragment', () => document({ jwks_uri: `${issuer.url}/jwks#` })],
    ['with a space', () => document({ jwks_uri: ` ${issuer.url}/jwks` })],
    ['with a host that only begins like loopback', () => document({ jwks_uri: 'http://127.0.0.1.example/jwks' })],
    ['with a number for a jwks_uri', () => document({ jwks_uri: 1 })],
    ['that is an array', () => json([])],
    ['that is null', () => json(null)],
    ['that redirects', () => (response) => response.writeHead(301, { location: '/jwks' }).end()],
    ['that is a page', () => (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['that fails', () => status(503)],
    ['that is too long', () => document({ pad: 'x'.repeat(524_288) })],
  ])('%s, and no keys are fetched', async (_name, answer) => {
    issuer.discovery = answer();
    await expect(sourceOf().keySet()).rejects.toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message: expect.stringMatching(/the discovery document /),
    });
    expect(issuer.asked).toEqual([]);
  });

  test('where an issuer that is not on loopback points to it', async () => {
    const remote = 'https://issuer.example';
    const asked: string[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      asked.push(String(url));
      return Response.json({ issuer: remote, jwks_uri: `${issuer.url}/jwks` });
    };
    await expect(sourceOf({ issuer: remote, fetch }).keySet()).rejects.toThrow(/jwks_uri/);
    expect(asked).toEqual([`${remote}/.well-known/openid-configuration`]);
  });

  test('but the keys may be on another host', async () => {
    const remote = 'https://issuer.example/tenant';
    const fetch = async (url: unknown): Promise<Response> =>
      Response.json(
        String(url) === `${remote}/.well-known/openid-configuration`
          ? { issuer: remote, jwks_uri: 'https://keys.example/v1?a=b' }
          : { keys: [keyNamed('far')] },
      );
    expect(await kids(sourceOf({ issuer: remote, fetch }))).toEqual(['far']);
  });

  test('within the one deadline of both documents', async () => {
    issuer.discovery = () => undefined;
    await expect(sourceOf({ limits: { deadline: 0.05 } }).keySet()).rejects.toThrow(/did not answer within 0\.05 s/);
  });

  test('by a fetch that ends neither by itself nor by its signal', async () => {
    const fetch = (): Promise<Response> => new Promise(() => undefined);
    await expect(sourceOf({ fetch, limits: { deadline: 0.05 } }).keySet()).rejects.toThrow(/did not answer/);
  });
});

describe('while the issuer is down', () => {
  test('its keys serve for an hour past their freshness, and then none do', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    issuer.discovery = status(503);
    now += 600 + 3_600;
    expect(await source.keySet({ kid: 'one' })).toBe(first);
    expect(await source.keySet({ kid: 'unknown' })).toBe(first);
    now += 1;
    await expect(source.keySet({ kid: 'one' })).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    await expect(source.keySet({ kid: 'unknown' })).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
  });

  test('it is asked after 1, 2, 4 … 40 seconds, and at most every minute', async () => {
    for (const random of [0, 0.999]) {
      issuer.discoveryAsked = 0;
      issuer.discovery = status(503);
      const source = sourceOf({ random: () => random });
      const waits: number[] = [];
      let asked = 0;
      for (let second = 0, last = 0; waits.length < 9; second += 0.5, now += 0.5) {
        await Promise.resolve(source.keySet()).catch(() => undefined);
        if (issuer.discoveryAsked > asked && asked > 0) waits.push(second - last);
        if (issuer.discoveryAsked > asked) last = second;
        asked = issuer.discoveryAsked;
      }
      expect(waits).toEqual(random === 0 ? [1, 2, 4, 8, 16, 32, 40, 40, 40] : [1.5, 3, 6, 12, 24, 48, 60, 60, 60]);
    }
  });

  test('no clock that is set back keeps its keys alive', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    issuer.discovery = status(503);
    now -= 4_200;
    expect(await source.keySet()).toBe(first);
    now -= 1;
    await expect(source.keySet()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
  });

  test('it is asked again soon, once it was up in between', async () => {
    const source = sourceOf();
    const down = async (): Promise<void> => {
      issuer.discovery = status(503);
      await expect(source.refresh()).rejects.toThrow(/status 503/);
    };
    for (let i = 0; i < 5; i += 1) await down();
    issuer.discovery = json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    await source.refresh();
    await down();
    issuer.discovery = json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    issuer.publish('two');
    now += 4_201;
    await down();
    issuer.discovery = json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    now += 2;
    expect(await kids(source)).toEqual(['two']);
  });

  test('nobody waits for it who has stale keys, once that is known', async () => {
    const source = sourceOf();
    const first = await source.keySet();
    issuer.discovery = status(503);
    now += 601;
    expect(await source.keySet()).toBe(first);
    now += 10;
    issuer.discovery = () => undefined;
    expect(source.keySet()).toBe(first);
    await until(() => issuer.discoveryAsked === 3);
  });

  test('nobody is refused who asks while it is asked again', async () => {
    issuer.jwks = status(503);
    const source = sourceOf({ jwksUri: `${issuer.url}/jwks` });
    await expect(source.keySet()).rejects.toThrow(/status 503/);
    issuer.publish('one');
    const forced = source.refresh();
    expect(await kids(source)).toEqual(['one']);
    await forced;
  });

  test('it serves again as soon as it answers', async () => {
    issuer.discovery = status(503);
    const source = sourceOf();
    await expect(source.keySet()).rejects.toThrow(/status 503/);
    await expect(source.keySet()).rejects.toThrow(/status 503/);
    expect(issuer.discoveryAsked).toBe(1);
    issuer.discovery = json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    now += 1;
    expect(await kids(source)).toEqual(['one']);
  });
});

describe('a refresh', () => {
  test('asks at once, in spite of cooldown and backoff, and shares its fetch', async () => {
    const source = sourceOf();
    await source.keySet();
    issuer.publish('two');
    const sets = await Promise.all([source.refresh(), source.refresh(), source.refresh()]);
    expect(sets.map(kidsOf)).toEqual([['two'], ['two'], ['two']]);
    expect(issuer.asked).toEqual([undefined, 'no-cache']);
    issuer.jwks = status(500);
    await expect(source.refresh()).rejects.toThrow(/status 500/);
    issuer.publish('three');
    expect(kidsOf(await source.refresh())).toEqual(['three']);
  });

  test('that was started last wins over one that ends last', async () => {
    const held: (() => void)[] = [];
    const ends: unknown[] = [];
    const source = sourceOf({ jwksUri: `${issuer.url}/jwks`, onFetch: (error) => ends.push(error) });
    issuer.jwks = (response, request) => held.push(() => json({ keys: [keyNamed('old')] })(response, request));
    const slow = source.keySet();
    await until(() => held.length === 1);
    issuer.publish('new');
    expect(kidsOf(await source.refresh())).toEqual(['new']);
    held.forEach((answer) => answer());
    expect(kidsOf(await slow)).toEqual(['new']);
    expect(await kids(source)).toEqual(['new']);
    expect(ends).toEqual([undefined]);
  });

  test('is not answered by a fetch that somebody else’s question caused', async () => {
    for (const [later, kid] of [
      [0, 'unknown'],
      [600, undefined],
    ] as const) {
      const { source, held } = await holding();
      now += later;
      const asking = source.keySet({ kid });
      await until(() => held.length === 1);
      issuer.publish('new');
      expect(kidsOf(await source.refresh())).toEqual(['new']);
      held.forEach((answer) => answer(json({ keys: [keyNamed('old')] })));
      expect(kidsOf(await asking)).toEqual(['new']);
      issuer.publish('one');
    }
  });

  test('is shared still, after an earlier fetch ended', async () => {
    const { source, held } = await holding();
    const asking = source.keySet({ kid: 'unknown' });
    await until(() => held.length === 1);
    const refreshed = source.refresh();
    await until(() => held.length === 2);
    held[0]!(json({ keys: [keyNamed('old')] }));
    expect(kidsOf(await asking)).toEqual(['old']);
    const again = source.refresh();
    held[1]!(json({ keys: [keyNamed('new')] }));
    expect([await refreshed, await again].map(kidsOf)).toEqual([['new'], ['new']]);
    expect(held.length).toBe(2);
  });

  test('that fails late does not count against one that was started later', async () => {
    const held: (() => void)[] = [];
    const source = sourceOf({ jwksUri: `${issuer.url}/jwks` });
    issuer.jwks = (response, request) => held.push(() => status(500)(response, request));
    const slow = Promise.resolve(source.keySet()).catch((error: unknown) => error);
    await until(() => held.length === 1);
    issuer.publish('new');
    issuer.jwks = json({ keys: [keyNamed('new')] }, { 'cache-control': 'max-age=60' });
    await source.refresh();
    held.forEach((answer) => answer());
    expect(await slow).toBeInstanceOf(CountersignError);
    expect(await kids(source)).toEqual(['new']);
    issuer.publish('newer');
    now += 61;
    expect(await kids(source)).toEqual(['newer']);
  });

  test('from within a fetch neither hangs nor loops', async () => {
    const inner: Promise<unknown>[] = [];
    const source: RemoteKeySource = sourceOf({
      fetch: (url, init) => {
        if (inner.length === 0) inner.push(Promise.resolve(source.keySet()).catch((error: unknown) => error));
        return globalThis.fetch(url, init);
      },
    });
    expect(await kids(source)).toEqual(['one']);
    expect(kidsOf((await inner[0]) as KeySet)).toEqual(['one']);
  });
});

describe('keys that are set aside', () => {
  const mac = { kty: 'oct', k: 'AA', kid: 'mac' };
  test('are told of once for each change, and a logger that fails costs nothing', async () => {
    const warnings: KeyWarning[] = [];
    const onWarning = (warning: KeyWarning): void => {
      warnings.push(warning);
      throw new Error('disk full');
    };
    issuer.jwks = json({ keys: [keyNamed('one'), mac, null] });
    const source = sourceOf({ onWarning });
    expect(await kids(source)).toEqual(['one']);
    expect(warnings).toMatchObject([
      { issuer: issuer.url, kid: 'mac', why: 'symmetric', message: expect.stringMatching(/`mac`.*secret/) },
      { issuer: issuer.url, why: 'malformed' },
    ]);
    await source.refresh();
    expect(warnings.length).toBe(2);
    issuer.jwks = json({ keys: [keyNamed('one'), mac] });
    await source.refresh();
    expect(warnings.length).toBe(3);
  });
});

describe('the end of each fetch', () => {
  test('is told of, with what went wrong, and whoever is told may fail', async () => {
    const ends: (Error | undefined)[] = [];
    const onFetch = (...told: [Error?]): void => {
      expect(told.length).toBe(ends.length === 1 ? 1 : 0);
      ends.push(told[0]);
      throw new Error('disk full');
    };
    const source = sourceOf({ onFetch });
    expect(await kids(source)).toEqual(['one']);
    issuer.jwks = status(503);
    const error: unknown = await source.refresh().catch((caught: unknown) => caught);
    issuer.publish('two');
    expect(kidsOf(await source.refresh())).toEqual(['two']);
    expect(ends).toEqual([undefined, error, undefined]);
    expect(error).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message: `no keys of issuer \`${issuer.url}\`: the JWKS answered with status 503`,
      cause: expect.objectContaining({ message: 'the JWKS answered with status 503' }),
    });
  });
});

const at = { issuer: 'https://a.example' };
const nowhere = 'issuer must be an https url, or http on loopback, without query and fragment';
const noKeys = 'jwksUri must be an https url, or http on loopback, without credentials and fragment';
const choices = 'issuer, jwksUri, fetch, clock, random, limits, onWarning, onFetch';

describe('a remote key source', () => {
  test.each<[name: string, options: unknown, message: string]>([
    ['nothing', undefined, `remoteKeys takes an object of options: ${choices}`],
    ['an unknown option', { ...at, ttl: 1 }, `remoteKeys has no option "ttl"; valid are: ${choices}`],
    ['no issuer', {}, 'issuer must be a url'],
    ['an empty issuer', { issuer: '', jwksUri: 'https://a.example/jwks' }, 'issuer must be a url'],
    ['an issuer that is a number', { issuer: 1, jwksUri: 'https://a.example/jwks' }, 'issuer must be a url'],
    ['plain http', { issuer: 'http://a.example' }, nowhere],
    ['a name that is no url', { issuer: 'accounts.example' }, nowhere],
    ['credentials', { issuer: 'https://u:p@a.example' }, nowhere],
    ['a query', { issuer: 'https://a.example/?b' }, nowhere],
    ['a fragment', { issuer: 'https://a.example/#b' }, nowhere],
    ['keys under plain http', { issuer: 'a', jwksUri: 'http://a.example/jwks' }, noKeys],
    ['keys in a file', { issuer: 'a', jwksUri: 'file:///keys' }, noKeys],
    ['a clock that is none', { ...at, clock: 1 }, 'clock must be a function'],
    ['a fetch that is none', { ...at, fetch: {} }, 'fetch must be a function'],
    ['chance that is none', { ...at, random: 0.5 }, 'random must be a function'],
    ['a listener to warnings that is none', { ...at, onWarning: {} }, 'onWarning must be a function'],
    ['a listener to fetches that is none', { ...at, onFetch: null }, 'onFetch must be a function'],
    ['an unknown limit', { ...at, limits: { ttl: 1 } }, 'limits has no option "ttl"; valid are: maxStale, cooldown'],
    ['no deadline', { ...at, limits: { deadline: 0 } }, 'limits.deadline must be'],
    ['an endless deadline', { ...at, limits: { deadline: Infinity } }, 'limits.deadline must be'],
    ['a limit that is no number', { ...at, limits: { maxStale: '1h' } }, 'limits.maxStale must be'],
  ])('is not made of %s', (_name, options, message) => {
    expect(() => remoteKeys(options as never)).toThrow(TypeError);
    expect(() => remoteKeys(options as never)).toThrow(message);
  });

  test.each(['http://127.0.0.1:1', 'http://127.9.9.9', 'http://localhost:1', 'http://[::1]:1', 'https://a.example/b'])(
    'may be at %s',
    (url) => {
      expect(() => remoteKeys({ issuer: url })).not.toThrow();
    },
  );

  test.each(['http://localhost.example', 'http://128.0.0.1', 'http://0.0.0.0', 'http://[::2]', 'http://10.0.0.1'])(
    'may not be at %s',
    (url) => {
      expect(() => remoteKeys({ issuer: url })).toThrow(TypeError);
    },
  );

  test('asks nobody before it is asked', () => {
    sourceOf();
    expect(issuer.discoveryAsked).toBe(0);
  });
});

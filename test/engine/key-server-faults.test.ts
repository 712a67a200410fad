import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEngine, type Engine, type EngineOptions } from '../../src/engine/index.ts';
import { remoteKeys } from '../../src/token/keys/remote-keys.ts';
import { FaultServer } from '../conformance/fault-server.js';
import { mint } from '../conformance/mint.js';
import { AUDIENCE, NOW } from '../conformance/values.js';
import { policyOf } from './policies.ts';

const MEBIBYTE = 2 ** 20;
const MOST_BODY = 512 * 1024;

let server: FaultServer;
let now: number;
const engines: Engine[] = [];

beforeEach(async () => {
  server = await FaultServer.start();
  now = NOW;
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await server.goDown();
});

/** An engine that trusts these servers, and finds their keys by discovery. */
async function start(options: Partial<EngineOptions> = {}, servers = [server]): Promise<Engine> {
  const issuers = servers.map(({ url }, i) => [`i${i}`, { url, audiences: [AUDIENCE] }] as const);
  const rules = issuers.map(([issuer]) => ({ id: issuer, effect: 'allow', when: { issuer } }));
  const policies = policyOf({ issuers: Object.fromEntries(issuers), rules });
  const engine = await createEngine({ policies, clock: () => now, ...options });
  engines.push(engine);
  return engine;
}

/** As it is configured, but for a deadline that a test can wait for. */
const impatient = (): Partial<EngineOptions> => ({
  keys: {
    [server.url]: remoteKeys({ issuer: server.url, clock: () => now, random: () => 0, limits: { deadline: 0.1 } }),
  },
});

/** A token of its own each time, so that none is answered from memory. */
let made = 0;
const tokenOf = (recipe: object = {}, issuer = server): unknown =>
  mint(
    { claims: { set: { jti: `${(made += 1)}`, exp: now + 3_600, iat: now } }, ...recipe },
    { issuer: issuer.url, audience: AUDIENCE },
  );
const unknown = (): unknown => tokenOf({ sign: 'attacker', header: { set: { kid: `unknown-${made}` } } });

/** The code of the first reason, or of the error. */
const ask = async (engine: Engine, token: unknown = tokenOf()): Promise<string> =>
  engine.authorize(token).then(
    ({ reasons }) => reasons[0].code,
    (error) => error.code,
  );

interface Fault {
  readonly jwks?: unknown;
  readonly discovery?: unknown;
  readonly down?: boolean;
  /** Takes longer than any deadline. */
  readonly slow?: boolean;
  /** What `ready()` says of it. */
  readonly says: RegExp;
}

const faults: readonly (readonly [name: string, fault: Fault])[] = [
  ['refuses connections', { down: true, says: /could not be fetched/ }],
  ['hangs up', { jwks: 'hang-up', says: /JWKS could not be fetched/ }],
  ['says nothing', { jwks: 'silence', slow: true, says: /within 0\.1 s/ }],
  ['drips', { jwks: 'drip', slow: true, says: /within 0\.1 s/ }],
  ['says nothing of itself', { discovery: 'silence', slow: true, says: /within 0\.1 s/ }],
  ['drips about itself', { discovery: 'drip', slow: true, says: /within 0\.1 s/ }],
  ['fails', { jwks: { status: 500 }, says: /JWKS answered with status 500/ }],
  ['has no keys there', { jwks: { status: 404 }, says: /status 404/ }],
  ['answers without content', { jwks: { status: 204 }, says: /status 204/ }],
  ['shows a page', { jwks: 'page', says: /text\/html/ }],
  ['answers half a document', { jwks: { text: '{"keys":[' }, says: /not JSON/ }],
  ['answers bytes that are no text', { jwks: 'not-utf8', says: /not JSON/ }],
  ['answers an empty object', { jwks: { text: '{}' }, says: /array `keys`/ }],
  ['publishes no key', { jwks: { keys: [] }, says: /no keys/ }],
  ['sends 200 MiB', { jwks: 'endless', says: /more than 524288 bytes/ }],
  ['sends 200 MiB, packed', { jwks: 'bomb', says: /more than 524288 bytes/ }],
  ['sends 200 MiB about itself', { discovery: 'endless', says: /more than 524288 bytes/ }],
  ['packs a hundred times', { jwks: 'many-codings', says: /JWKS could not be fetched/ }],
  ['redirects', { jwks: { redirect: 302 }, says: /redirect/ }],
  ['redirects for good', { discovery: { redirect: 308 }, says: /redirect/ }],
  ['points to keys without https', { discovery: { discovery: { jwks_uri: 'http://keys.example' } }, says: /jwks_uri/ }],
  ['is another issuer', { discovery: { discovery: { issuer: 'https://other.example' } }, says: /another issuer/ }],
  ['publishes 10,000 keys', { jwks: { 'many-keys': 10_000 }, says: /more than 524288 bytes/ }],
  ['publishes 10,000 times nothing', { jwks: { keys: Array(10_000).fill({ raw: null }) }, says: /more than 256 keys/ }],
];

describe('a key server that', () => {
  test.each(faults)(
    '%s, from the beginning, makes no decision',
    async (_name, { down = false, slow, says, ...fault }) => {
      Object.assign(server, fault);
      if (down) await server.goDown();
      const engine = await start(slow ? impatient() : {});
      const codes = await Promise.all(Array.from({ length: 20 }, () => ask(engine)));
      expect(new Set(codes)).toEqual(new Set(['ERR_KEYS_UNAVAILABLE']));
      const isDiscovery = 'discovery' in fault;
      expect(server.asked).toEqual({ discovery: down ? 0 : 1, jwks: down || isDiscovery ? 0 : 1, other: 0 });
      const { ready, issuers } = await engine.ready();
      expect([ready, issuers[0]?.error?.message]).toEqual([false, expect.stringMatching(says)]);
    },
  );

  test.each(faults)('%s, later, takes no key and costs one try', async (_name, { down, slow, says: _, ...fault }) => {
    const engine = await start(slow ? impatient() : {});
    expect(await ask(engine)).toBe('rule_matched');
    const before = { ...server.asked };
    Object.assign(server, fault);
    if (down) await server.goDown();
    now += 601;
    const codes = await Promise.all(Array.from({ length: 20 }, () => ask(engine)));
    expect(new Set(codes)).toEqual(new Set(['rule_matched']));
    const floods = await Promise.all(Array.from({ length: 20 }, () => ask(engine, unknown())));
    expect(new Set(floods)).toEqual(new Set(['key_unknown']));
    expect(await ask(engine)).toBe('rule_matched');
    expect(server.asked.discovery - before.discovery).toBe(down ? 0 : 1);
    expect(server.asked.other).toBe(0);
  });
});

describe('of a key server that never ends', () => {
  test.each([{ jwks: 'endless' }, { discovery: 'endless' }])('no more is taken than a bound: %p', async (fault) => {
    Object.assign(server, fault);
    expect(await ask(await start())).toBe('ERR_KEYS_UNAVAILABLE');
    await server.goDown();
    // What the two ends of a connection hold on the way is not ours to bound.
    expect(server.bytesSent).toBeLessThan(32 * MEBIBYTE);
  });

  test.each(['endless', 'bomb', 'drip'])(
    'no more is unpacked than a bound, and the rest is let go: %s',
    async (fault) => {
      server.jwks = fault;
      let [taken, largest, ended] = [0, 0, false];
      const counting: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        if (!String(input).endsWith('/jwks') || response.body === null) return response;
        const reader = response.body.getReader();
        const body = new ReadableStream<Uint8Array>(
          {
            pull: async (controller) => {
              const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
              if (done || value === undefined) return controller.close();
              taken += value.byteLength;
              largest = Math.max(largest, value.byteLength);
              controller.enqueue(value);
            },
            cancel: async (reason) => {
              ended = true;
              await reader.cancel(reason);
            },
          },
          { highWaterMark: 0 },
        );
        return new Response(body, response);
      };
      const limits = { deadline: fault === 'drip' ? 0.1 : 5 };
      const source = remoteKeys({ issuer: server.url, clock: () => now, fetch: counting, limits });
      expect(await ask(await start({ keys: { [server.url]: source } }))).toBe('ERR_KEYS_UNAVAILABLE');
      expect(taken).toBeLessThanOrEqual(MOST_BODY + largest);
      expect(taken).toBeGreaterThan(fault === 'drip' ? 0 : MOST_BODY);
      if (fault !== 'drip') expect(ended).toBe(true);
    },
  );
});

describe('with a set of keys', () => {
  const weak = { sign: 'rsa-1024' };
  test.each<[name: string, keys: readonly unknown[], token: object, code: string]>([
    ['that has null in it, a good one serves', [{ raw: null }, 'rsa'], {}, 'rule_matched'],
    ['that has malformed ones, a good one serves', [{ raw: { kty: 'RSA', n: 'AQ' } }, 'rsa'], {}, 'rule_matched'],
    ['of one id, none serves', ['rsa', { of: 'rsa2', set: { kid: 'rsa' } }], {}, 'key_ambiguous'],
    ['of one id and two types, each serves', ['rsa', { of: 'ec', set: { kid: 'rsa' } }], {}, 'rule_matched'],
    ['that has a weak one, it does not serve', ['rsa', 'rsa-1024'], weak, 'key_unfit'],
    ['that are all weak, none serves', ['rsa-1024'], weak, 'key_unfit'],
    ['that has a private one, it does not serve', ['rsa2', { of: 'rsa', private: true }], {}, 'key_unfit'],
  ])('%s', async (_name, keys, token, code) => {
    server.jwks = { keys };
    const engine = await start();
    expect(await ask(engine, tokenOf(token))).toBe(code);
    expect(await ask(engine, tokenOf(token))).toBe(code);
    expect(server.asked).toEqual({ discovery: 1, jwks: 1, other: 0 });
  });
});

describe('keys that change', () => {
  test('serve 30 s later at most where one is new, and as long as the set is fresh where one is gone', async () => {
    const engine = await start();
    const rotated = (): unknown => tokenOf({ sign: 'rsa2' });
    expect(await ask(engine)).toBe('rule_matched');
    server.jwks = { keys: ['rsa2'] };
    now += 29;
    expect([await ask(engine, rotated()), server.asked.jwks]).toEqual(['key_unknown', 1]);
    now += 1;
    expect([await ask(engine, rotated()), server.asked.jwks]).toEqual(['rule_matched', 2]);
    expect(await ask(engine)).toBe('key_unknown');
    server.jwks = { keys: ['rsa'] };
    now += 600;
    expect([await ask(engine, rotated()), server.asked.jwks]).toEqual(['key_unknown', 3]);
  });

  test('take a remembered token with them', async () => {
    const engine = await start();
    const token = tokenOf();
    expect([await ask(engine, token), await ask(engine, token)]).toEqual(['rule_matched', 'rule_matched']);
    server.jwks = { keys: ['ec'] };
    now += 601;
    expect(await ask(engine, token)).toBe('key_unknown');
  });

  test('back and forth with failures between never leave the last good set', async () => {
    const engine = await start();
    const turns: readonly (readonly [serves: unknown, sign: string, code: string])[] = [
      ['keys', 'rsa', 'rule_matched'],
      [{ status: 500 }, 'rsa', 'rule_matched'],
      [{ keys: ['rsa2'] }, 'rsa', 'key_unknown'],
      ['page', 'rsa2', 'rule_matched'],
      [{ keys: [] }, 'rsa', 'key_unknown'],
      ['hang-up', 'rsa2', 'rule_matched'],
      ['keys', 'rsa2', 'key_unknown'],
      [{ text: '{}' }, 'rsa', 'rule_matched'],
    ];
    const codes: string[] = [];
    for (const [serves, sign] of turns) {
      server.jwks = serves;
      codes.push(await ask(engine, tokenOf({ sign })));
      now += 601;
    }
    expect(codes).toEqual(turns.map(([, , code]) => code));
    expect(server.asked.jwks).toBe(turns.length);
  });

  test('are asked for again when the issuer is back, a second after it was found down', async () => {
    const engine = await start();
    await server.goDown();
    expect(await ask(engine)).toBe('ERR_KEYS_UNAVAILABLE');
    await server.goUp();
    expect(await ask(engine)).toBe('ERR_KEYS_UNAVAILABLE');
    now += 2;
    expect(await ask(engine)).toBe('rule_matched');
    expect(server.asked).toEqual({ discovery: 1, jwks: 1, other: 0 });
  });
});

describe('a crowd', () => {
  test('of 500 at a cold start costs one fetch', async () => {
    const engine = await start();
    const codes = await Promise.all(Array.from({ length: 500 }, () => ask(engine)));
    expect(new Set(codes)).toEqual(new Set(['rule_matched']));
    expect(server.asked).toEqual({ discovery: 1, jwks: 1, other: 0 });
  });

  test('of unknown key ids costs a fetch in 30 s, and known ones do not notice', async () => {
    const engine = await start();
    for (let second = 0; second < 90; second += 10, now += 10) {
      const crowd = Array.from({ length: 20 }, (_, i) => ask(engine, i % 4 === 0 ? tokenOf() : unknown()));
      const codes = await Promise.all(crowd);
      expect(codes).toEqual(codes.map((_, i) => (i % 4 === 0 ? 'rule_matched' : 'key_unknown')));
    }
    expect(server.asked.jwks).toBe(3);
  });

  test('of unknown key ids costs no more tries than backing off allows while the issuer is down', async () => {
    const engine = await start();
    expect(await ask(engine)).toBe('rule_matched');
    server.discovery = { status: 503 };
    for (let second = 0; second < 300; second += 10, now += 10) {
      const codes = await Promise.all(
        Array.from({ length: 10 }, (_, i) => ask(engine, i === 0 ? tokenOf() : unknown())),
      );
      expect(codes).toEqual(codes.map((_, i) => (i === 0 ? 'rule_matched' : 'key_unknown')));
    }
    expect(server.asked.discovery).toBeLessThanOrEqual(1 + 300 / 30);
    expect(server.asked.discovery).toBeGreaterThan(1);
  });

  test('of tokens of issuers that nobody configured asks nobody', async () => {
    const engine = await start();
    const strangers = Array.from({ length: 50 }, (_, i) =>
      ask(engine, tokenOf({ claims: { set: { iss: `${server.url}/${i}` } } })),
    );
    expect(new Set(await Promise.all(strangers))).toEqual(new Set(['issuer_unknown']));
    expect(server.asked).toEqual({ discovery: 0, jwks: 0, other: 0 });
  });
});

test('of two issuers that publish keys of one id, each has its own', async () => {
  const other = await FaultServer.start();
  try {
    other.jwks = { keys: [{ of: 'rsa2', set: { kid: 'rsa' } }] };
    const engine = await start({}, [server, other]);
    const others = { sign: 'rsa2', header: { set: { kid: 'rsa' } } };
    const asked = [tokenOf(), tokenOf(others, other), tokenOf(others), tokenOf({}, other)];
    const expected = ['rule_matched', 'rule_matched', 'signature_invalid', 'signature_invalid'];
    expect(await Promise.all(asked.map((token) => ask(engine, token)))).toEqual(expected);
    expect(await Promise.all(asked.map((token) => ask(engine, token)))).toEqual(expected);
    expect([server.asked.jwks, other.asked.jwks]).toEqual([1, 1]);
    await other.goDown();
    now += 601;
    expect([await ask(engine), await ask(engine, tokenOf(others, other))]).toEqual(['rule_matched', 'rule_matched']);
  } finally {
    await other.goDown();
  }
});

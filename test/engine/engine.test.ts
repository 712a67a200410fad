import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AuthorizeRequest,
  CountersignError,
  createEngine,
  type Decision,
  type Engine,
  type EngineOptions,
  statusOf,
} from '../../src/engine/index.ts';
import { directoryOf } from '../files/directory.ts';
import { claims, ecPair, encode, ISSUER, jwk, mint, NOW, type Pair, rsaPair } from '../token/tokens.ts';
import { policyOf, policyText } from './policies.ts';
import { PublishedIssuer } from './published-issuer.ts';
import { runsOf, timeFor } from '../runs.ts';

const AUDIENCE = claims['aud'] as string;
const OTHER = 'https://other.example';

const rsa = rsaPair();
const next = rsaPair();
const ec = ecPair();
const weak = rsaPair(1024);
const key = (pair: Pair, kid: string): object => jwk(pair, { kid, use: 'sig' });
const token = mint(rsa, { alg: 'RS256', kid: 'one' });
const tokenOf = (changes: object, pair = rsa, kid = 'one'): string =>
  mint(pair, { alg: 'RS256', kid }, { ...claims, ...changes });

const issuers = (more: object = {}): object => ({
  issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE], ...more } },
});
const allow = (id = 'everybody', when: object = {}): object => ({
  id,
  effect: 'allow',
  when: { issuer: 'gitpod', ...when },
  grants: [{ actions: ['read'], resources: ['secret/**'] }],
});
const deny = { id: 'nobody', effect: 'deny', when: { issuer: 'gitpod' } };
const ALLOWS = { ...issuers(), rules: [allow()] };
const DENIES = { ...issuers(), rules: [allow(), deny] };

const engines: Engine[] = [];

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** An engine at a time that a test can move, with an issuer whose answers it can change. */
async function start(
  policies: EngineOptions['policies'] | object,
  options: Partial<EngineOptions> & { keys?: EngineOptions['keys'] } = {},
): Promise<{ engine: Engine; issuer: PublishedIssuer; time: { now: number }; log: LogEntry[] }> {
  const issuer = new PublishedIssuer(ISSUER, [key(rsa, 'one')]);
  const time = { now: NOW };
  const { logger, entries: log } = recorder();
  const given = isPolicyFile(policies) ? policyOf(policies) : (policies as EngineOptions['policies']);
  const engine = await createEngine({
    policies: given,
    clock: () => time.now,
    fetch: issuer.fetch,
    logger,
    ...options,
  });
  engines.push(engine);
  return { engine, issuer, time, log };
}

const isPolicyFile = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'issuers' in value && !Array.isArray(value.issuers);

interface LogEntry {
  readonly level: string;
  readonly data: object;
  readonly message: string;
}

function recorder(): { logger: NonNullable<EngineOptions['logger']>; entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const at = (level: string) => (data: object, message: string) => entries.push({ level, data, message });
  return { logger: { info: at('info'), warn: at('warn'), error: at('error') }, entries };
}

const codeOf = ({ reasons }: Decision): string => reasons[0].code;
const ask = async (engine: Engine, asked: string, request?: AuthorizeRequest): Promise<string> =>
  codeOf(await engine.authorize(asked, request));

/** What a promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<Error & Partial<CountersignError>> {
  return promise.then(
    (value) => {
      throw new Error(`did not reject, but gave ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

/** Waits until something holds, and fails where it never does. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never happened');
    await wait(20);
  }
}

/** Replaces a file in one step, as editors and deployments do. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('createEngine', () => {
  const policies = policyOf(ALLOWS);

  test.each<[name: string, options: unknown, says: RegExp]>([
    ['no options', undefined, /policies, bundleKeys, audience, keys, cache, verification, clock, watch, fetch, logger/],
    ['null', null, /policies/],
    ['a list', [], /policies/],
    ['a path alone', 'policies', /policies/],
    ['an unknown option', { policies, audiences: AUDIENCE }, /audiences.*audience, keys/],
    ['an option of another case', { policies, Clock: Date.now }, /Clock.*clock/],
    ['an option of later days', { policies, replay: true }, /replay.*policies/],
    ['no policies', {}, /policies.*directory/],
    ['an empty path', { policies: '' }, /policies.*directory/],
    ['no paths', { policies: [] }, /policies.*list of paths/],
    ['a list with an empty path', { policies: ['a', ''] }, /policies/],
    ['a list with a number', { policies: ['a', 1] }, /policies/],
    ['a number for policies', { policies: 1 }, /policies/],
    ['a policy file that was not parsed', { policies: ALLOWS }, /parsePolicy/],
    ['what parsePolicy returned around the policy', { policies: { policy: policies, diagnostics: [] } }, /parsePolicy/],
    ['a verification of another kind', { policies, verification: 'threads' }, /verification.*inline, pool, auto/],
    ['an empty audience', { policies, audience: '' }, /audience.*name/],
    ['no audiences', { policies, audience: [] }, /audience.*list/],
    ['a number for an audience', { policies, audience: 1 }, /audience/],
    ['a list with a number for an audience', { policies, audience: [1] }, /audience/],
    ['null for an audience', { policies, audience: null }, /audience/],
    ['a list of keys', { policies, keys: [] }, /keys.*issuer url/],
    ['keys that are none', { policies, keys: { [ISSUER]: {} } }, /keys.*JWK set/],
    ['keys by url of null', { policies, keys: { [ISSUER]: null } }, /keys/],
    ['a key set that is a list', { policies, keys: { [ISSUER]: [key(rsa, 'one')] } }, /keys/],
    ['true for a cache', { policies, cache: true }, /cache.*false.*entries/],
    ['a cache with an unknown bound', { policies, cache: { size: 1 } }, /size.*entries, bytes/],
    ['a cache of no entries', { policies, cache: { entries: 0 } }, /entries/],
    ['a cache of half an entry', { policies, cache: { entries: 0.5 } }, /entries/],
    ['a cache of so many bytes', { policies, cache: { bytes: '1 MiB' } }, /bytes/],
    ['a time for a clock', { policies, clock: NOW }, /clock.*function.*seconds/],
    ['text for watch', { policies, watch: 'yes' }, /watch.*true or false/],
    ['watch without a path', { policies, watch: true }, /watch.*path/],
    ['a url for fetch', { policies, fetch: ISSUER }, /fetch.*function/],
    ['a logger that only warns', { policies, logger: { warn: () => undefined } }, /logger.*info, warn and error/],
    ['a function for a logger', { policies, logger: () => undefined }, /logger/],
  ])('refuses %s as a misuse, and says what would be right', async (_name, options, says) => {
    const error = await rejection(createEngine(options as EngineOptions));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(says);
  });

  test.each<[name: string, change: object]>([
    ['a clock that may differ by more than five minutes', { clockSkew: '301s' }],
    ['a clock that differs by less than nothing', { clockSkew: '-1s' }],
    ['a clock that differs by infinity', { clockSkew: Infinity }],
    ['no audience', { audiences: [] }],
    ['an empty audience', { audiences: [''] }],
    ['any audience', { audiences: ['*'] }],
    ['tokens without a signature', { algorithms: ['none'] }],
    ['tokens under a shared secret', { algorithms: ['RS256', 'HS256'] }],
    ['an issuer over http', { url: 'http://issuer.example' }],
  ])('refuses to start with a policy that trusts %s', async (_name, change) => {
    const root = await directoryOf({ 'policy.json': policyText({ ...issuers(change), rules: [] }) });
    const error = await rejection(start(root));
    expect(error).toBeInstanceOf(CountersignError);
    expect(error.code).toBe('ERR_POLICY_INVALID');
  });
});

describe('policies are', () => {
  const rest = policyText({ rules: [allow()] });
  const trusted = policyText(issuers());

  test('all files of a directory together', async () => {
    const root = await directoryOf({ 'issuers.yaml': trusted, 'rules/payments.yml': rest, 'rules/a.test.yaml': 'no' });
    const { engine } = await start(root);
    const decision = await engine.authorize(token);
    expect(decision).toMatchObject({ effect: 'allow', reasons: [{ at: { file: join(root, 'rules/payments.yml') } }] });
  });

  test('one file, whatever its name', async () => {
    const root = await directoryOf({ 'policy.txt': policyText(ALLOWS), 'other.yaml': 'no policy' });
    const { engine } = await start(join(root, 'policy.txt'));
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('a list of files and directories, each file read once', async () => {
    const root = await directoryOf({ 'issuers.yaml': trusted, 'rules/payments.yml': rest });
    const paths = ['issuers.yaml', 'rules', 'rules/payments.yml'].map((path) => join(root, path));
    const { engine } = await start(paths);
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('what parsePolicy returned', async () => {
    const { engine } = await start(policyOf(ALLOWS));
    const { ok, policy } = await engine.reload();
    expect(ok).toBe(true);
    expect(policy).toEqual((await engine.authorize(token)).policy);
    expect(engine.policy).toEqual(policy);
  });

  test('the same, with one digest, however they are given', async () => {
    const root = await directoryOf({ 'a.yaml': trusted, 'b.yaml': rest });
    const digests = await Promise.all(
      [root, [join(root, 'b.yaml'), join(root, 'a.yaml')], policyOf(ALLOWS)].map(
        async (given) => (await (await start(given)).engine.authorize(token)).policy.digest,
      ),
    );
    expect(new Set(digests).size).toBe(1);
  });
});

describe('the start is refused', () => {
  test.each<[name: string, entries: Parameters<typeof directoryOf>[0], path: string, says: string]>([
    ['where the directory is missing', {}, 'policies', 'policies'],
    ['where a file is missing', {}, 'policy.yaml', 'policy.yaml'],
    ['where the path leads through a file', { a: 'x' }, 'a/policy.yaml', 'policy.yaml'],
    ['where the directory is empty', { policies: null }, 'policies', 'policies'],
    [
      'where the directory holds no policy',
      { 'policies/a.txt': 'x', 'policies/a.test.yaml': 'x' },
      'policies',
      'policies',
    ],
    ['where a directory has the name of a file', { 'policies/policy.yaml': null }, 'policies', 'policies'],
    ['where a link leads nowhere', { 'policies/policy.yaml': { link: 'nowhere' } }, 'policies', 'policy.yaml'],
    ['where a link leads in a circle', { 'policies/policy.yaml': { link: 'policy.yaml' } }, 'policies', 'policy.yaml'],
    [
      'where a link leads out',
      { 'p/policy.yaml': { link: '../secret.yaml' }, 'secret.yaml': '{}' },
      'p',
      'policy.yaml',
    ],
    ['where a link leads to a device', { 'policies/policy.yaml': { link: '/dev/zero' } }, 'policies', 'policy.yaml'],
  ])('%s, and the path is named', async (_name, entries, path, says) => {
    const root = await directoryOf(entries);
    for (const policies of [join(root, path), [join(root, path)]]) {
      const error = await rejection(start(policies));
      expect(error).toBeInstanceOf(CountersignError);
      expect(error.code).toBe('ERR_POLICY_UNREADABLE');
      expect(error.message).toContain(says);
    }
  });

  test('where one of several paths is missing', async () => {
    const root = await directoryOf({ 'policy.yaml': policyText(ALLOWS) });
    const error = await rejection(start([join(root, 'policy.yaml'), join(root, 'missing.yaml')]));
    expect(error).toMatchObject({ code: 'ERR_POLICY_UNREADABLE', message: expect.stringContaining('missing.yaml') });
  });

  test('where the system does not let a file be read', async () => {
    const root = await directoryOf({ 'policy.yaml': policyText(ALLOWS) });
    const path = join(root, 'policy.yaml');
    // The superuser reads everything: there, a directory stands in for the file.
    if (process.getuid?.() === 0) {
      await rm(path);
      await mkdir(path);
    } else {
      await chmod(path, 0);
    }
    expect(await rejection(start(path))).toMatchObject({
      code: 'ERR_POLICY_UNREADABLE',
      message: expect.stringContaining('policy.yaml'),
    });
  });

  test.each<[name: string, text: string | Buffer, codes: readonly string[]]>([
    ['does not load', policyText({ ...issuers(), rule: [] }), ['unknown-key']],
    [
      'has several faults',
      policyText({ ...issuers({ algorithms: ['none'], x: 1 }), rules: [] }),
      ['unknown-key', 'algorithm-forbidden'],
    ],
    ['is not UTF-8', Buffer.from([0x61, 0xff]), ['invalid-unicode']],
    ['is larger than 1 MiB', `# ${'x'.repeat(1_048_576)}`, ['file-too-large']],
  ])('where a policy %s, with all that is wrong', async (_name, text, codes) => {
    const root = await directoryOf({ 'rules.yaml': policyText({ rules: [] }) });
    await writeFile(join(root, 'policy.yaml'), text);
    const error = await rejection(start(root));
    expect(error).toBeInstanceOf(CountersignError);
    expect(error.code).toBe('ERR_POLICY_INVALID');
    const diagnostics = error.diagnostics as { code: string; at: { file: string; line: number } }[];
    expect(diagnostics.map(({ code }) => code).sort()).toEqual([...codes].sort());
    for (const { at } of diagnostics)
      expect(at).toMatchObject({ file: join(root, 'policy.yaml'), line: expect.any(Number) });
    expect(error.message).toContain('policy.yaml:');
  });

  test('while watching too, and nothing is watched any more', async () => {
    const root = await directoryOf({ 'policy.yaml': 'no policy' });
    expect(await rejection(start(root, { watch: true }))).toMatchObject({ code: 'ERR_POLICY_INVALID' });
  });
});

describe('the audience', () => {
  const both = { ...issuers({ audiences: [AUDIENCE, OTHER] }), rules: [allow('one', { audience: AUDIENCE })] };

  test.each<
    [
      name: string,
      policy: object,
      audience: EngineOptions['audience'],
      aud: unknown,
      request: AuthorizeRequest,
      code: string,
    ]
  >([
    ['is the only one of the policies', ALLOWS, undefined, AUDIENCE, {}, 'rule_matched'],
    [
      'is the only one of the policies, and may be asked for',
      ALLOWS,
      undefined,
      AUDIENCE,
      { audience: AUDIENCE },
      'rule_matched',
    ],
    [
      'that a request names must be one of the service',
      ALLOWS,
      undefined,
      AUDIENCE,
      { audience: OTHER },
      'audience_mismatch',
    ],
    ['of a service may be one of several', both, AUDIENCE, [AUDIENCE, OTHER], {}, 'rule_matched'],
    ['of another service is none of this one', both, AUDIENCE, OTHER, {}, 'audience_mismatch'],
    [
      'of another service cannot be asked for',
      both,
      AUDIENCE,
      [AUDIENCE, OTHER],
      { audience: OTHER },
      'audience_mismatch',
    ],
    ['of a service may be a list', both, [AUDIENCE, OTHER], OTHER, {}, 'no_rule_for_audience'],
    [
      'that a request names leaves the others out',
      both,
      [AUDIENCE, OTHER],
      [AUDIENCE, OTHER],
      { audience: OTHER },
      'no_rule_for_audience',
    ],
    [
      'that a request names must be one of the token',
      both,
      [AUDIENCE, OTHER],
      OTHER,
      { audience: AUDIENCE },
      'audience_mismatch',
    ],
    ['of a service that no policy names is nobody’s', ALLOWS, OTHER, [AUDIENCE, OTHER], {}, 'audience_mismatch'],
    ['is compared whole', ALLOWS, undefined, AUDIENCE, { audience: `${AUDIENCE}/` }, 'audience_mismatch'],
  ])('%s', async (_name, policy, audience, aud, request, code) => {
    const { engine } = await start(policy, audience === undefined ? {} : { audience });
    expect(await ask(engine, tokenOf({ aud }), request)).toBe(code);
  });

  const two = {
    issuers: {
      ...(ALLOWS as unknown as { issuers: object }).issuers,
      b: { url: 'https://b.example', audiences: [OTHER] },
    },
    rules: [],
  };

  test.each<[name: string, policy: object]>([
    ['one issuer names two', both],
    ['two issuers name one each', two],
    ['there is no issuer', { issuers: {}, rules: [] }],
  ])('must be given where %s', async (_name, policy) => {
    const root = await directoryOf({ 'policy.json': policyText(policy) });
    const error = await rejection(start(root));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('audience');
  });

  test('must still be clear after a reload', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine } = await start(root);
    await replace(join(root, 'policy.json'), policyText(both));
    const { ok, error } = await engine.reload();
    expect(ok).toBe(false);
    expect(error?.message).toContain('audience');
    expect(await ask(engine, token)).toBe('rule_matched');
  });
});

describe('a request is refused', () => {
  test.each<[name: string, request: unknown]>([
    ['that is null', null],
    ['that is text', 'read'],
    ['that is a list', []],
    ['with a time', { now: NOW }],
    ['with a time that is undefined', { now: undefined }],
    ['with an unknown key', { actions: ['read'] }],
    ['with a key of other case', { Action: 'read' }],
    ['with an empty action', { action: '' }],
    ['with an empty audience', { audience: '' }],
    ['with an empty resource', { action: 'read', resource: '' }],
    ['with a list of actions', { action: ['read'] }],
    ['with a number for an action', { action: 1 }],
    ['with null for an action', { action: null }],
    ['with a resource and no action', { resource: 'secret/a' }],
  ])('%s', async (_name, request) => {
    const { engine } = await start(ALLOWS);
    const { effect, reasons } = await engine.authorize(token, request as AuthorizeRequest);
    expect({ effect, codes: reasons.map(({ code }) => code) }).toEqual({
      effect: 'deny',
      codes: ['request_malformed'],
    });
    expect(statusOf(reasons[0].code)).toBe(400);
  });

  test.each([
    '/secret',
    'secret/',
    '/',
    'secret//a',
    '.',
    '..',
    'secret/./a',
    'secret/../a',
    'a/..',
    'a\0',
    'a\nb',
    'a/\u0085',
    '\ud800',
  ])('for the resource %j, which is not canonical', async (resource) => {
    const { engine } = await start(ALLOWS);
    const decision = await engine.authorize(token, { action: 'read', resource });
    expect(decision).toMatchObject({ effect: 'deny', reasons: [{ code: 'resource_not_canonical' }], grants: [] });
    expect(statusOf('resource_not_canonical')).toBe(400);
  });

  test('after the token: who is not known learns nothing of requests', async () => {
    const { engine } = await start(ALLOWS);
    expect(await ask(engine, 'x', { now: 1 } as AuthorizeRequest)).toBe('token_malformed');
  });
});

describe('a decision', () => {
  test('has an id of its own each time, and names the token by its hash', async () => {
    const { engine } = await start(ALLOWS);
    const decisions = await Promise.all([token, token, tokenOf({ exp: NOW - 60 })].map((one) => engine.authorize(one)));
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(3);
    expect(decisions[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(decisions[0]?.token).toEqual({ id: createHash('sha256').update(token).digest('hex') });
    expect(decisions[1]?.token).toEqual(decisions[0]?.token);
    expect(decisions[2]?.token).not.toEqual(decisions[0]?.token);
  });

  test.each<[name: string, absent: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['empty', ''],
  ])('on a token that is %s says so, and names none', async (_name, absent) => {
    const { engine, issuer } = await start(ALLOWS);
    const decision = await engine.authorize(absent, { action: 'read' });
    expect(decision).toMatchObject({ effect: 'deny', reasons: [{ code: 'token_missing' }], expiresAt: NOW });
    expect(decision.id).toEqual(expect.any(String));
    expect(decision).not.toHaveProperty('token');
    expect(issuer.asked).toEqual([]);
  });

  test('is plain data that survives JSON', async () => {
    const { engine } = await start(DENIES);
    for (const asked of [token, 'x', undefined]) {
      const decision = await engine.authorize(asked);
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    }
  });

  test('is dated by the clock of the engine alone', async () => {
    const { engine, time } = await start({ ...issuers(), rules: [{ ...allow(), ttl: '15m' }] });
    expect((await engine.authorize(token)).expiresAt).toBe(NOW + 900);
    time.now = NOW + 3_000;
    expect((await engine.authorize(token)).expiresAt).toBe(NOW + 3_600);
  });

  test.each([Number.NaN, Infinity, '1', undefined])('is none where the clock says %p', async (now) => {
    const { engine } = await start(ALLOWS, { clock: () => now as number });
    expect(await rejection(engine.authorize(token))).toBeInstanceOf(TypeError);
  });
});

describe('keys', () => {
  test('are fetched once for many tokens at once', async () => {
    const { engine, issuer } = await start(ALLOWS);
    const tokens = Array.from({ length: 20 }, (_, i) => tokenOf({ jti: String(i) }));
    const codes = await Promise.all(tokens.map((one) => ask(engine, one)));
    expect(new Set(codes)).toEqual(new Set(['rule_matched']));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  test('that cannot be had leave no decision', async () => {
    const { engine, issuer } = await start(ALLOWS);
    issuer.down = true;
    for (const asked of [token, tokenOf({}, rsa, 'other')]) {
      const error = await rejection(engine.authorize(asked));
      expect(error).toBeInstanceOf(CountersignError);
      expect(error.code).toBe('ERR_KEYS_UNAVAILABLE');
      expect(error.message).toContain(ISSUER);
      expect(`${String(error.stack)}${JSON.stringify(error)}`).not.toContain(asked.slice(0, 20));
    }
    expect(await ask(engine, 'x')).toBe('token_malformed');
  });

  test('that are all too weak or shared secrets serve for nothing', async () => {
    const { engine, issuer } = await start(ALLOWS);
    issuer.keys = [key(weak, 'one'), { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' }];
    expect(await ask(engine, tokenOf({}, weak))).toBe('key_unfit');
    expect(await ask(engine, token)).toBe('key_unfit');
    expect(await engine.ready()).toMatchObject({
      issuers: [
        {
          keys: 0,
          setAside: [
            { kid: 'one', why: 'rsa-size' },
            { kid: 'secret', why: 'symmetric' },
          ],
        },
      ],
    });
  });

  test.each<[name: string, keys: unknown]>([
    ['empty', []],
    ['no list', {}],
  ])('that are published as a set that is %s leave no decision, and those at hand in place', async (_name, keys) => {
    const { engine, issuer, time } = await start(ALLOWS);
    const [good, broken] = [issuer.keys, keys as readonly unknown[]];
    issuer.keys = broken;
    expect(await rejection(engine.authorize(token))).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    issuer.keys = good;
    time.now += 60;
    expect(await ask(engine, token)).toBe('rule_matched');
    issuer.keys = broken;
    time.now += 700;
    expect(await ask(engine, tokenOf({ jti: '2' }))).toBe('rule_matched');
  });

  test('at hand serve while the issuer is down, and an unknown key id is the fault of the token', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    expect(await ask(engine, token)).toBe('rule_matched');
    issuer.down = true;
    for (const now of [NOW, NOW + 31, NOW + 700]) {
      time.now = now;
      expect(await ask(engine, tokenOf({}, next, 'two'))).toBe('key_unknown');
      expect(await ask(engine, tokenOf({ jti: String(now) }))).toBe('rule_matched');
    }
    expect(statusOf('key_unknown')).toBe(401);
  });

  test('at hand serve for an hour past their freshness, and no longer', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    const long = tokenOf({ exp: NOW + 8 * 3_600 });
    expect(await ask(engine, long)).toBe('rule_matched');
    issuer.down = true;
    time.now = NOW + 600 + 3_600;
    expect(await ask(engine, long)).toBe('rule_matched');
    time.now += 1;
    expect(await rejection(engine.authorize(long))).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    issuer.down = false;
    time.now += 60;
    expect(await ask(engine, long)).toBe('rule_matched');
  });

  test('that are published no more stop a remembered token at the next refresh', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    expect([await ask(engine, token), await ask(engine, token)]).toEqual(['rule_matched', 'rule_matched']);
    issuer.keys = [key(next, 'two')];
    time.now = NOW + 600;
    expect(await ask(engine, token)).toBe('key_unknown');
    expect(await ask(engine, tokenOf({}, next, 'two'))).toBe('rule_matched');
  });

  test('that are replaced under one id stop a remembered token at the next refresh', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    expect(await ask(engine, token)).toBe('rule_matched');
    issuer.keys = [key(next, 'one')];
    time.now = NOW + 600;
    expect(await ask(engine, token)).toBe('signature_invalid');
  });

  test('are looked for again for an unknown key id, once in 30 seconds', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    const rotated = tokenOf({}, next, 'two');
    await ask(engine, token);
    issuer.keys = [key(rsa, 'one'), key(next, 'two')];
    time.now = NOW + 29;
    expect(await ask(engine, rotated)).toBe('key_unknown');
    expect(issuer.fetches).toBe(1);
    time.now = NOW + 30;
    expect(await ask(engine, rotated)).toBe('rule_matched');
    expect(issuer.fetches).toBe(2);
  });

  test('may be given to the engine, which then asks nobody', async () => {
    for (const given of [{ keys: [key(rsa, 'one')] }, { keySet: async () => keySetOf() }]) {
      const { engine, issuer } = await start(ALLOWS, { keys: { [ISSUER]: given } });
      expect(await ask(engine, token)).toBe('rule_matched');
      expect(await engine.ready()).toMatchObject({ ready: true, issuers: [{ keys: 1 }] });
      expect((await engine.reload()).ok).toBe(true);
      expect(issuer.asked).toEqual([]);
    }
  });

  test('that are given as a source that fails leave no decision', async () => {
    const keySet = async (): Promise<never> => Promise.reject(new Error('vault is sealed'));
    const { engine } = await start(ALLOWS, { keys: { [ISSUER]: { keySet } } });
    expect(await rejection(engine.authorize(token))).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
    expect(await engine.ready()).toMatchObject({ ready: false, issuers: [{ error: expect.any(Error) }] });
  });

  function keySetOf(): Awaited<
    ReturnType<Exclude<NonNullable<EngineOptions['keys']>[string], { keys: unknown }>['keySet']>
  > {
    const one = { id: 'one', kid: 'one', kty: 'RSA' as const, key: rsa.publicKey };
    return { keys: [one], setAside: [], has: (id) => id === 'one' };
  }
});

describe('keys that a policy brings', () => {
  const inline = (keys: readonly object[]): object => ({ ...issuers({ jwks: { keys } }), rules: [allow()] });
  const inFile = { ...issuers({ jwks: { file: '../keys/issuer.json' } }), rules: [allow()] };
  const jwks = JSON.stringify({ keys: [key(rsa, 'one')] });

  test('serve without a network', async () => {
    const { engine, issuer } = await start(inline([key(rsa, 'one')]));
    expect(await ask(engine, token)).toBe('rule_matched');
    expect(await ask(engine, tokenOf({}, next, 'two'))).toBe('key_unknown');
    expect(issuer.asked).toEqual([]);
  });

  test('are found beside the policy file that names them', async () => {
    const root = await directoryOf({ 'policies/policy.json': policyText(inFile), 'keys/issuer.json': jwks });
    for (const policies of [join(root, 'policies'), join(root, 'policies/policy.json')]) {
      const { engine, issuer } = await start(policies);
      expect(await ask(engine, token)).toBe('rule_matched');
      expect(issuer.asked).toEqual([]);
    }
  });

  test('are read again at a reload, and stay where they cannot be', async () => {
    const root = await directoryOf({ 'policies/policy.json': policyText(inFile), 'keys/issuer.json': jwks });
    const { engine } = await start(join(root, 'policies'));
    expect(await ask(engine, token)).toBe('rule_matched');
    await rm(join(root, 'keys/issuer.json'));
    expect(await engine.reload()).toMatchObject({ ok: false, error: { code: 'ERR_POLICY_UNREADABLE' } });
    expect(await ask(engine, token)).toBe('rule_matched');
    await writeFile(join(root, 'keys/issuer.json'), JSON.stringify({ keys: [key(next, 'two')] }));
    expect(await engine.reload()).toMatchObject({ ok: true });
    expect(await ask(engine, token)).toBe('key_unknown');
    expect(await ask(engine, tokenOf({}, next, 'two'))).toBe('rule_matched');
  });

  test.each<[name: string, text: string | undefined]>([
    ['is missing', undefined],
    ['is not JSON', 'keys'],
    ['is no key set', '[]'],
    ['has no keys', '{"keys":[]}'],
    ['is too large', JSON.stringify({ keys: [key(rsa, 'one')], filler: 'x'.repeat(524_288) })],
  ])('refuse the start where their file %s, and are named', async (_name, text) => {
    const root = await directoryOf({ 'policies/policy.json': policyText(inFile), keys: null });
    if (text !== undefined) await writeFile(join(root, 'keys/issuer.json'), text);
    const error = await rejection(start(join(root, 'policies')));
    expect(error).toBeInstanceOf(CountersignError);
    expect(error.code).toMatch(/^ERR_POLICY_/);
    expect(error.message).toContain('gitpod');
  });

  test('and are all too weak allow nobody, and are warned of', async () => {
    const { engine, log } = await start(inline([key(weak, 'one')]));
    expect(await ask(engine, tokenOf({}, weak))).toBe('key_unfit');
    expect(await ask(engine, token)).toBe('key_unfit');
    expect(log).toMatchObject([{ level: 'warn', data: { issuer: ISSUER, kid: 'one', why: 'rsa-size' } }]);
  });

  test.each<[name: string, code: string, keys: readonly object[]]>([
    ['there are none', 'empty-list', []],
    ['there are too many', 'too-many', Array.from({ length: 257 }, (_, i) => key(rsa, String(i)))],
  ])('refuse the start where %s', async (_name, code, keys) => {
    const root = await directoryOf({ 'policy.json': policyText(inline(keys)) });
    const error = await rejection(start(root));
    expect(error).toBeInstanceOf(CountersignError);
    expect(error).toMatchObject({ code: 'ERR_POLICY_INVALID', diagnostics: [{ code }] });
  });

  test('and are too weak are set aside with a warning, and the others serve', async () => {
    const { engine, log } = await start(inline([key(weak, 'weak'), key(rsa, 'one')]));
    expect(await ask(engine, token)).toBe('rule_matched');
    expect(await ask(engine, tokenOf({}, weak, 'weak'))).toBe('key_unfit');
    expect(log).toContainEqual({
      level: 'warn',
      data: expect.objectContaining({ issuer: ISSUER, kid: 'weak', why: 'rsa-size' }),
      message: expect.any(String),
    });
  });
});

describe('ready', () => {
  const two = {
    issuers: {
      gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] },
      other: { url: 'https://down.example', audiences: [AUDIENCE] },
    },
    rules: [allow()],
  };

  test('says that all is at hand, and which keys are not used', async () => {
    const { engine, issuer } = await start(ALLOWS);
    issuer.keys = [key(rsa, 'one'), key(weak, 'weak')];
    expect(await engine.ready()).toEqual({
      ready: true,
      policy: (await engine.authorize(token)).policy,
      issuers: [{ name: 'gitpod', url: ISSUER, keys: 1, setAside: [{ kid: 'weak', why: 'rsa-size' }] }],
    });
    expect(issuer.fetches).toBe(1);
  });

  test('says which issuer is down, and why', async () => {
    const { engine } = await start(two);
    const { ready, issuers: each } = await engine.ready();
    expect(ready).toBe(false);
    expect(each).toMatchObject([
      { name: 'gitpod', keys: 1 },
      { name: 'other', url: 'https://down.example', keys: 0, error: { code: 'ERR_KEYS_UNAVAILABLE' } },
    ]);
    expect(each[0]).not.toHaveProperty('error');
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('is so again when the issuer is up again', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    issuer.down = true;
    expect((await engine.ready()).ready).toBe(false);
    issuer.down = false;
    time.now += 60;
    expect((await engine.ready()).ready).toBe(true);
  });
});

describe('reload', () => {
  const directory = async (policy: object = ALLOWS): Promise<{ root: string; file: string }> => {
    const root = await directoryOf({ 'policies/policy.json': policyText(policy) });
    return { root: join(root, 'policies'), file: join(root, 'policies/policy.json') };
  };

  test('puts new rules in force', async () => {
    const { root, file } = await directory();
    const { engine, log } = await start(root);
    const before = await engine.authorize(token);
    await replace(file, policyText(DENIES));
    expect(await engine.authorize(token)).toMatchObject({ effect: 'allow', policy: before.policy });
    const report = await engine.reload();
    const after = await engine.authorize(token);
    expect(report).toMatchObject({ ok: true, policy: after.policy, issuers: [{ name: 'gitpod', keys: 1 }] });
    expect(report).not.toHaveProperty('error');
    expect(after).toMatchObject({ effect: 'deny', reasons: [{ code: 'denied_by_rule' }, { code: 'rule_matched' }] });
    expect(after.policy).not.toEqual(before.policy);
    expect(engine.policy).toEqual(after.policy);
    expect(log.map(({ level }) => level)).toEqual(['info']);
  });

  const faults: [name: string, change: (root: string, file: string) => Promise<unknown>, code: string][] = [
    ['does not load', (_, file) => replace(file, policyText({ ...DENIES, x: 1 })), 'ERR_POLICY_INVALID'],
    ['is cut short', (_, file) => replace(file, policyText(DENIES).slice(0, -20)), 'ERR_POLICY_INVALID'],
    ['is empty', (_, file) => replace(file, ''), 'ERR_POLICY_INVALID'],
    ['lost its issuers', (_, file) => replace(file, policyText({ rules: [allow()] })), 'ERR_POLICY_INVALID'],
    ['was deleted', (_, file) => rm(file), 'ERR_POLICY_UNREADABLE'],
    ['was deleted with its directory', (root) => rm(root, { recursive: true }), 'ERR_POLICY_UNREADABLE'],
    [
      'has a link beside it that leads nowhere',
      (root) => symlink('nowhere', join(root, 'b.yaml')),
      'ERR_POLICY_UNREADABLE',
    ],
    [
      'has a second one beside it that does not load',
      (root) => writeFile(join(root, 'b.yaml'), 'rules: 1'),
      'ERR_POLICY_INVALID',
    ],
  ];

  test.each(faults)('keeps the last good policy, and says so, where the new one %s', async (_name, change, code) => {
    const { root, file } = await directory();
    const { engine, log } = await start(root);
    const before = await engine.authorize(token, { action: 'read', resource: 'secret/a' });
    await change(root, file);
    const report = await engine.reload();
    expect(report).toMatchObject({ ok: false, policy: before.policy, error: { code } });
    expect(report.error).toBeInstanceOf(CountersignError);
    const after = await engine.authorize(token, { action: 'read', resource: 'secret/a' });
    expect({ ...after, id: before.id }).toEqual(before);
    expect(engine.policy).toEqual(before.policy);
    expect(log).toMatchObject([{ level: 'error', data: { digest: before.policy.digest } }]);
  });

  test.each(faults)('recovers where the policy that %s is mended', async (_name, change) => {
    const { root, file } = await directory();
    const { engine } = await start(root);
    await change(root, file);
    await engine.reload();
    await rm(root, { recursive: true, force: true });
    await mkdir(root);
    await writeFile(file, policyText(DENIES));
    expect(await engine.reload()).toMatchObject({ ok: true });
    expect(await ask(engine, token)).toBe('denied_by_rule');
  });

  test('of reloads that overlap, the one started last decides, though it ends first', async () => {
    const { root, file } = await directory();
    await writeFile(join(root, '../keys.jwks'), JSON.stringify({ keys: [key(rsa, 'one')] }));
    // Takes long to load: many key files. That its keys are warned of tells that the policy itself was read.
    const slow = {
      issuers: Object.fromEntries([
        ['gitpod', { url: ISSUER, audiences: [AUDIENCE], jwks: { keys: [key(rsa, 'one'), key(weak, 'weak')] } }],
        ...Array.from({ length: 200 }, (_, i) => [
          `issuer-${i}`,
          { url: `${ISSUER}/${i}`, audiences: [AUDIENCE], jwks: { file: '../keys.jwks' } },
        ]),
      ]),
      rules: [allow()],
    };
    const started: Promise<unknown>[] = [];
    let whenRead = (): void => undefined;
    const logger = { info: () => undefined, warn: () => whenRead(), error: () => undefined };
    const { engine } = await start(root, { logger });
    await replace(file, policyText(slow));
    const first = new Promise<void>((resolve) => {
      whenRead = () => {
        whenRead = () => undefined;
        writeFileSync(`${file}.new`, policyText(DENIES));
        renameSync(`${file}.new`, file);
        started.push(engine.reload());
        resolve();
      };
    });
    started.push(engine.reload());
    await first;
    await Promise.all(started);
    expect(await ask(engine, token)).toBe('denied_by_rule');
  });

  test('of reloads that overlap, one that fails does not undo another', async () => {
    const { root, file } = await directory();
    const { engine } = await start(root);
    await replace(file, policyText(DENIES));
    const good = engine.reload();
    await good;
    await replace(file, 'no policy');
    const [bad, again] = await Promise.all([engine.reload(), engine.reload()]);
    expect([bad.ok, again.ok]).toEqual([false, false]);
    expect(await ask(engine, token)).toBe('denied_by_rule');
  });

  test('keeps the keys of an issuer, and fetches them anew once', async () => {
    const { root, file } = await directory();
    const { engine, issuer } = await start(root);
    await engine.authorize(token);
    expect(issuer.fetches).toBe(1);
    await replace(file, policyText({ ...issuers({ maxLifetime: '2h' }), rules: [allow('renamed')] }));
    expect((await engine.reload()).ok).toBe(true);
    expect(issuer.fetches).toBe(2);
    expect(await ask(engine, token)).toBe('rule_matched');
    expect(issuer.fetches).toBe(2);
  });

  test('keeps the keys of an issuer that is down, and says that it is', async () => {
    const { root, file } = await directory();
    const { engine, issuer } = await start(root);
    await engine.authorize(token);
    issuer.down = true;
    await replace(file, policyText(DENIES));
    expect(await engine.reload()).toMatchObject({
      ok: true,
      issuers: [{ name: 'gitpod', error: { code: 'ERR_KEYS_UNAVAILABLE' } }],
    });
    expect(await ask(engine, token)).toBe('denied_by_rule');
  });

  test('brings keys that the issuer published a moment ago', async () => {
    const { engine, issuer } = await start(ALLOWS);
    const rotated = tokenOf({}, next, 'two');
    await engine.authorize(token);
    issuer.keys = [key(next, 'two')];
    expect(await ask(engine, rotated)).toBe('key_unknown');
    await engine.reload();
    expect(await ask(engine, rotated)).toBe('rule_matched');
    expect(await ask(engine, token)).toBe('key_unknown');
  });

  test('uses the keys of another url at once, for remembered tokens too', async () => {
    const at = (uri: string): object => ({ ...issuers({ jwks: { uri: `${ISSUER}${uri}` } }), rules: [allow()] });
    const { root, file } = await directory(at('/old/jwks'));
    const { engine, issuer } = await start(root);
    expect(await ask(engine, token)).toBe('rule_matched');
    issuer.keys = [key(next, 'one')];
    await replace(file, policyText(at('/new/jwks')));
    expect((await engine.reload()).ok).toBe(true);
    expect(await ask(engine, token)).toBe('signature_invalid');
    expect(await ask(engine, tokenOf({}, next))).toBe('rule_matched');
    expect(issuer.asked).toEqual(['/old/jwks', '/new/jwks']);
  });

  test.each<[name: string, change: object, code: string]>([
    ['its algorithm', { algorithms: ['ES256'] }, 'algorithm_not_allowed'],
    ['its lifetime', { maxLifetime: '10m' }, 'token_lifetime_too_long'],
    ['its type', { tokenType: ['at+jwt'] }, 'type_not_allowed'],
    ['its age', { maxTokenAge: '1s', clockSkew: '0s' }, 'token_too_old'],
    ['its issuer', { url: 'https://moved.example' }, 'issuer_unknown'],
    ['its subjects', { subject: 'gitpod-v3' }, 'subject_malformed'],
  ])('forgets a remembered token where the policy no longer accepts %s', async (_name, change, code) => {
    const { root, file } = await directory();
    const { engine } = await start(root);
    expect([await ask(engine, token), await ask(engine, token)]).toEqual(['rule_matched', 'rule_matched']);
    await replace(file, policyText({ ...issuers(change), rules: [allow()] }));
    expect((await engine.reload()).ok).toBe(true);
    expect(await ask(engine, token)).toBe(code);
  });

  // Every run writes files and reads them.
  const numRuns = runsOf(200);
  test(
    'shows every caller one whole policy or the other, whatever runs at once',
    async () => {
      const { root, file } = await directory();
      const { engine } = await start(root);
      const effects = new Map<string, string>();
      for (const [policy, effect] of [
        [ALLOWS, 'allow'],
        [DENIES, 'deny'],
      ] as const) {
        await replace(file, policyText(policy));
        effects.set((await engine.reload()).policy.digest, effect);
      }
      expect(effects.size).toBe(2);
      const step = fc.constantFrom('allow', 'deny', 'reload', 'ask', 'ask', 'ask-anew');
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
          const decisions: Promise<Decision>[] = [];
          const reloads: Promise<{ ok: boolean }>[] = [];
          for (const [at, what] of steps.entries()) {
            if (what === 'allow') await replace(file, policyText(ALLOWS));
            else if (what === 'deny') await replace(file, policyText(DENIES));
            else if (what === 'reload') reloads.push(engine.reload());
            else decisions.push(engine.authorize(what === 'ask' ? token : tokenOf({ jti: String(at) })));
          }
          for (const { effect, policy } of await Promise.all(decisions))
            expect(effect).toBe(effects.get(policy.digest));
          for (const { ok } of await Promise.all(reloads)) expect(ok).toBe(true);
        }),
        { numRuns },
      );
    },
    timeFor(numRuns),
  );
});

describe('watching', () => {
  test('puts a changed file in force', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine, issuer } = await start(root, { watch: true });
    expect(await ask(engine, token)).toBe('rule_matched');
    await replace(join(root, 'policy.json'), policyText(DENIES));
    await until(async () => (await ask(engine, token)) === 'denied_by_rule');
    expect(issuer.fetches).toBe(1);
  });

  test('puts a new file in force', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine } = await start(root, { watch: true });
    await replace(join(root, 'deny.yaml'), policyText({ rules: [deny] }));
    await until(async () => (await ask(engine, token)) === 'denied_by_rule');
  });

  test('puts another volume of a Kubernetes ConfigMap in force', async () => {
    const root = await directoryOf({
      '..v1/policy.json': policyText(ALLOWS),
      '..v2/policy.json': policyText(DENIES),
      '..data': { link: '..v1' },
      'policy.json': { link: '..data/policy.json' },
    });
    const { engine } = await start(root, { watch: true });
    expect(await ask(engine, token)).toBe('rule_matched');
    await symlink('..v2', join(root, '..data_tmp'));
    await rename(join(root, '..data_tmp'), join(root, '..data'));
    await rm(join(root, '..v1'), { recursive: true });
    await until(async () => (await ask(engine, token)) === 'denied_by_rule');
  });

  test('keeps the last good policy while a file is broken, and goes on', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine, log } = await start(root, { watch: true });
    await replace(join(root, 'policy.json'), 'no policy');
    await until(() => log.some(({ level }) => level === 'error'));
    expect(await ask(engine, token)).toBe('rule_matched');
    await replace(join(root, 'policy.json'), policyText(DENIES));
    await until(async () => (await ask(engine, token)) === 'denied_by_rule');
  });

  test('is off where nobody asked for it', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const [quiet, watching] = [await start(root), await start(root, { watch: true })];
    await replace(join(root, 'policy.json'), policyText(DENIES));
    await until(async () => (await ask(watching.engine, token)) === 'denied_by_rule');
    expect(await ask(quiet.engine, token)).toBe('rule_matched');
  });

  test('ends with the engine', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const [closed, watching] = [await start(root, { watch: true }), await start(root, { watch: true })];
    await closed.engine.close();
    for (const policy of [{ ...DENIES, x: 1 }, ALLOWS, { ...DENIES, y: 1 }]) {
      const before = watching.log.length;
      await replace(join(root, 'policy.json'), policyText(policy));
      await until(() => watching.log.length > before);
    }
    expect(closed.log).toEqual([]);
  });
});

describe('a token that was verified before', () => {
  const caches: [name: string, cache: EngineOptions['cache']][] = [
    ['by default', undefined],
    ['without a cache', false],
    ['with a cache for one token', { entries: 1 }],
  ];

  test.each(caches)('gets the same decision again, %s', async (_name, cache) => {
    const { engine } = await start(ALLOWS, cache === undefined ? {} : { cache });
    const requests = [undefined, { action: 'read', resource: 'secret/a' }, { action: 'write' }, { audience: OTHER }];
    const round = async (): Promise<object[]> =>
      Promise.all(requests.map(async (request) => ({ ...(await engine.authorize(token, request)), id: '' })));
    const first = await round();
    expect(await round()).toEqual(first);
    expect(await round()).toEqual(first);
  });

  test.each(caches)('expires with its exp, %s', async (_name, cache) => {
    const { engine, time } = await start(ALLOWS, cache === undefined ? {} : { cache });
    const exp = claims['exp'] as number;
    for (const [now, code] of [
      [NOW, 'rule_matched'],
      [exp + 29.9, 'rule_matched'],
      [exp + 30, 'token_expired'],
      [exp + 31, 'token_expired'],
    ] as const) {
      time.now = now;
      expect(await ask(engine, token)).toBe(code);
    }
  });

  test('is not valid before its nbf when the clock is set back', async () => {
    const { engine, time } = await start(ALLOWS);
    const future = tokenOf({ nbf: NOW });
    expect(await ask(engine, future)).toBe('rule_matched');
    time.now = NOW - 31;
    expect(await ask(engine, future)).toBe('token_not_yet_valid');
  });

  test('is remembered whole: no other is taken for it', async () => {
    const { engine } = await start(ALLOWS);
    expect(await ask(engine, token)).toBe('rule_matched');
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect({ at, ...(await engine.authorize(changed)) }).toMatchObject({ at, effect: 'deny' });
    }
    for (const changed of [token.slice(0, -1), `${token}A`, `A${token}`, `${token}.`]) {
      expect((await engine.authorize(changed)).effect).toBe('deny');
    }
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('is not remembered where it was denied', async () => {
    const { engine, issuer, time } = await start(ALLOWS);
    issuer.keys = [key(rsa, 'one'), key(ec, 'two')];
    const early = mint(ec, { alg: 'ES256', kid: 'two' }, { ...claims, nbf: NOW + 100 }, 'ES256');
    expect(await ask(engine, early)).toBe('token_not_yet_valid');
    time.now = NOW + 100;
    expect(await ask(engine, early)).toBe('rule_matched');
  });
});

describe('an engine that was closed', () => {
  test('refuses everything, and may be closed again', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    for (const watch of [false, true]) {
      const { engine, issuer } = await start(root, { watch });
      await engine.authorize(token);
      await engine.close();
      await engine.close();
      for (const call of [
        () => engine.authorize(token),
        () => engine.authorize(undefined),
        () => engine.reload(),
        () => engine.ready(),
        () => Promise.resolve().then(() => engine.policy),
      ]) {
        const error = await rejection(call());
        expect(error).toBeInstanceOf(CountersignError);
        expect(error.code).toBe('ERR_ENGINE_CLOSED');
      }
      expect(issuer.fetches).toBe(1);
    }
  });
});

describe('the logger', () => {
  test('is told of a published key that is not used, once', async () => {
    const { engine, issuer, log } = await start(ALLOWS);
    issuer.keys = [key(rsa, 'one'), key(weak, 'weak')];
    await engine.authorize(token);
    await engine.authorize(tokenOf({ jti: '2' }));
    expect(log).toEqual([
      {
        level: 'warn',
        data: { issuer: ISSUER, kid: 'weak', why: 'rsa-size' },
        message: expect.stringContaining('weak'),
      },
    ]);
  });

  test('is never told a token', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine, issuer, time, log } = await start(root);
    issuer.keys = [key(rsa, 'one'), key(weak, 'weak')];
    const tokens = [
      token,
      tokenOf({ exp: NOW - 60 }),
      tokenOf({}, next, 'two'),
      tokenOf({}, weak, 'weak'),
      `${encode({ alg: 'none' })}.${token.split('.')[1]}.`,
      `Bearer ${token}`,
    ];
    for (const now of [NOW, NOW + 700, NOW + 10_000]) {
      time.now = now;
      for (const one of tokens) await engine.authorize(one).catch(() => undefined);
      await replace(join(root, 'policy.json'), 'no policy');
      await engine.reload();
      issuer.down = true;
    }
    expect(log.length).toBeGreaterThan(1);
    const told = JSON.stringify(log);
    const parts = tokens.flatMap((one) => [one, ...one.split('.')]).filter((part) => part.length >= 20);
    expect(parts.filter((part) => told.includes(part))).toEqual([]);
  });

  const fails = (): never => {
    throw new Error('the disk is full');
  };
  const failing = { logger: { info: fails, warn: fails, error: fails } };

  test('that fails costs no decision', async () => {
    const { engine, issuer } = await start(ALLOWS, failing);
    issuer.keys = [key(rsa, 'one'), key(weak, 'weak')];
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('that fails costs no start', async () => {
    const keys = { [ISSUER]: { keys: [key(rsa, 'one'), key(weak, 'weak')] } };
    const { engine } = await start(ALLOWS, { ...failing, keys });
    expect(await ask(engine, token)).toBe('rule_matched');
  });

  test('that fails costs no reload', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine } = await start(root, failing);
    await replace(join(root, 'policy.json'), policyText(DENIES));
    expect(await engine.reload()).toMatchObject({ ok: true });
    expect(await ask(engine, token)).toBe('denied_by_rule');
    await replace(join(root, 'policy.json'), 'no policy');
    expect(await engine.reload()).toMatchObject({ ok: false, error: { code: 'ERR_POLICY_INVALID' } });
    expect(await ask(engine, token)).toBe('denied_by_rule');
  });

  test('that fails does not end the watching', async () => {
    const root = await directoryOf({ 'policy.json': policyText(ALLOWS) });
    const { engine } = await start(root, { ...failing, watch: true });
    for (const [policy, code] of [
      [DENIES, 'denied_by_rule'],
      [ALLOWS, 'rule_matched'],
    ] as const) {
      await replace(join(root, 'policy.json'), policyText(policy));
      await until(async () => (await ask(engine, token)) === code);
    }
  });
});

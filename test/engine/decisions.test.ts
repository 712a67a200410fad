import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEngine, type Decision, type Engine, type EngineOptions } from '../../src/engine/index.ts';
import { garbageCollector } from '../garbage-collector.ts';
import { claims, rsaPair, ISSUER, jwk, mint, NOW } from '../token/tokens.ts';
import { policyOf } from './policies.ts';
import { runsOf, timeFor } from '../runs.ts';

const AUDIENCE = claims['aud'] as string;
// Of all keys the quickest to check with: an engine without a memory checks every time.
const rsa = rsaPair();
const tokens = ['org:o/env:e', 'org:o/env:f', 'org:other/env:e'].map((sub) =>
  mint(rsa, { alg: 'RS256', kid: 'one' }, { ...claims, sub }, 'RS256'),
);
const [first] = tokens as [string, ...string[]];

const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000', '');
const times = [-300, 0, 600, 1_200, 1_800, 3_000, 3_601, 3_700].map((offset) => NOW + offset);

const numRuns = runsOf();

const rule = fc.record(
  {
    effect: fc.constantFrom('allow', 'allow', 'allow', 'allow', 'deny'),
    mode: fc.constantFrom('enforce', 'enforce', 'audit'),
    subject: fc.constantFrom('org:o', 'org:o', 'org:o/env:e', 'org:other'),
    ttl: fc.constantFrom('10m', '30m', '12h'),
    from: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, undefined, ...times.slice(0, 4)),
    lasting: fc.constantFrom(600, 3_000),
    resources: fc.constantFrom(['secret/**'], ['secret/${subject.environment}/*'], ['secret/a']),
  },
  { requiredKeys: ['effect', 'mode', 'subject', 'resources'] },
);
const policy = fc.array(rule, { minLength: 1, maxLength: 4 }).map((rules) =>
  policyOf({
    issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] } },
    rules: rules.map(({ effect, mode, subject, ttl, from, lasting = 600, resources }, i) => ({
      id: `rule-${String(i)}`,
      effect,
      mode,
      when: { issuer: 'gitpod', subject },
      grants: [{ actions: ['read'], resources: effect === 'deny' ? ['secret/a'] : resources }],
      ...(ttl === undefined || effect === 'deny' ? {} : { ttl }),
      ...(from === undefined ? {} : { valid: { from: isoOf(from), until: isoOf(from + lasting) } }),
    })),
  }),
);

const request = fc.constantFrom<unknown[]>(
  undefined,
  {},
  { action: 'read' },
  { action: 'read', resource: 'secret/a' },
  { action: 'read', resource: 'secret/e/b' },
  { action: 'reads', resource: 'ecret/a' },
  { action: 'write', resource: 'secret/a' },
  { audience: AUDIENCE, action: 'read' },
  { audience: 'https://other.example', action: 'read' },
  { resource: 'secret/a' },
  { action: '' },
  { action: 'read', other: 1 },
  { action: 'read', resource: undefined },
  null,
  'read',
);
const call = fc.record({ token: fc.constantFrom(...tokens), request, now: fc.constantFrom(...times) });

const time = { now: NOW };
const engineOf = (policies: EngineOptions['policies'], cache?: false): Promise<Engine> =>
  createEngine({
    policies,
    audience: AUDIENCE,
    keys: { [ISSUER]: { keys: [jwk(rsa, { kid: 'one' })] } },
    clock: () => time.now,
    ...(cache === undefined ? {} : { cache }),
  });
const withoutId = ({ id: _id, ...decision }: Decision): unknown => decision;

test(
  'an engine that remembers decides as one that does not, at any time',
  async () => {
    let [allows, again] = [0, 0];
    await fc.assert(
      fc.asyncProperty(policy, fc.array(call, { minLength: 10, maxLength: 60 }), async (policies, calls) => {
        const [remembering, forgetful] = [await engineOf(policies), await engineOf(policies, false)];
        const allowed = new Set<string>();
        for (const { token, request: asked, now } of calls) {
          time.now = now;
          const decision = await remembering.authorize(token, asked as never);
          expect(withoutId(decision)).toEqual(withoutId(await forgetful.authorize(token, asked as never)));
          if (decision.effect !== 'allow') continue;
          allows += 1;
          const key = `${token} ${JSON.stringify(asked)}`;
          if (allowed.has(key)) again += 1;
          allowed.add(key);
        }
        await Promise.all([remembering.close(), forgetful.close()]);
      }),
      { numRuns },
    );
    expect(allows).toBeGreaterThan(numRuns / 2 - 5);
    expect(again).toBeGreaterThan(numRuns / 10 - 5);
  },
  timeFor(numRuns),
);

describe('an allow that is given again', () => {
  let engine: Engine;

  beforeAll(async () => {
    time.now = NOW;
    const rules = [
      { id: 'r', effect: 'allow', when: { issuer: 'gitpod' }, grants: [{ actions: ['read'], resources: ['a/**'] }] },
    ];
    engine = await engineOf(
      policyOf({ issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] } }, rules }),
    );
  });

  afterAll(() => engine.close());

  test('has an id of its own, and shares nothing that can be changed', async () => {
    const [one, two] = [await engine.authorize(first), await engine.authorize(first)];
    expect(two.id).not.toBe(one.id);
    expect(withoutId(two)).toEqual(withoutId(one));
    expect(() => (one.grants as unknown[]).push({ actions: ['*'], rule: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(two.grants[0] as object, { actions: ['*'] })).toThrow(TypeError);
    Object.assign(one, { effect: 'deny' });
    expect((await engine.authorize(first)).effect).toBe('allow');
  });

  test('is remembered within bounds, however much it says and whoever asks', async () => {
    const many = await engineOf(
      policyOf({
        issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] } },
        rules: Array.from({ length: 300 }, (_, i) => ({
          id: `rule-${String(i)}`,
          effect: 'allow',
          when: { issuer: 'gitpod', ...(i < 100 ? {} : { subject: 'org:o' }) },
          grants: [{ actions: ['read'], resources: [`a/${String(i)}/**`] }],
        })),
      }),
    );
    const heldBy = async (from: number, to: number, org: string): Promise<number> => {
      for (let i = from; i < to; i += 1) {
        const sub = `org:${org}/env:${String(i)}`;
        const decision = await many.authorize(mint(rsa, { alg: 'RS256', kid: 'one' }, { ...claims, sub }, 'RS256'));
        if (decision.effect !== 'allow') throw new Error(decision.reasons[0].code);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const collect = garbageCollector();
    const empty = await heldBy(0, 200, 'other');
    const remembered = await heldBy(200, 3_000, 'other');
    const tooLarge = await heldBy(0, 1_000, 'o');
    const MIB = 1024 * 1024;
    expect([remembered - empty < 5 * MIB, tooLarge - remembered < 4 * MIB]).toEqual([true, true]);
    await many.close();
  });

  test('is for what was decided, whatever the request turns into', async () => {
    let asked = 0;
    const shifty = {
      action: 'read',
      get resource() {
        asked += 1;
        return asked === 1 ? 'b/x' : 'a/x';
      },
    };
    expect((await engine.authorize(first, shifty)).effect).toBe('deny');
    expect((await engine.authorize(first, { action: 'read', resource: 'b/x' })).effect).toBe('deny');
    expect((await engine.authorize(first, { action: 'read', resource: 'a/x' })).effect).toBe('allow');
  });
});

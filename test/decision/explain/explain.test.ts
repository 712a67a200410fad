/** The journey of a token, and the order of the rules. */
import { describe, expect, jest, test } from '@jest/globals';
import { type Before, explain, explainWithin } from '../../../src/decision/explain/explain.ts';
import { reason } from '../../../src/decision/reason.ts';
import { policyOf } from '../../engine/policies.ts';
import { now } from './facts.ts';

const url = 'https://git.example';
const issuers = { git: { url, subject: 'gitpod', audiences: ['here'] } };
const claims = { sub: 'org:acme/user:ada', aud: 'here', exp: now + 60, team: 'payments' };
const token = { issuer: url, claims };
const when = { issuer: 'git' };

describe('orders rules', () => {
  const near = { ...when, claims: { team: 'Payments' } };
  const far = { ...when, kind: 'environment' };
  const rules = [
    { id: 'a', effect: 'allow', when: far },
    { id: 'b', effect: 'allow', when: near },
    { id: 'c', effect: 'allow', when },
    { id: 'd', effect: 'deny', when: near, mode: 'audit' },
    { id: 'e', effect: 'deny', when: far },
    { id: 'f', effect: 'deny', when, mode: 'audit' },
    { id: 'g', effect: 'allow', when: near },
    { id: 'h', effect: 'allow', when, mode: 'audit' },
    { id: 'i', effect: 'deny', when: far },
  ];
  const idsOf = (...more: object[]): string => {
    const policy = policyOf({ issuers, rules: [...rules, ...more].reverse() });
    return explain(policy, token, { now }).rules.map(({ rule }) => rule).join(''); // prettier-ignore
  };

  test('those that decide, then those of the other effect; those that apply, then the nearest, by id', () => {
    expect(idsOf()).toBe('cfdeihbga');
    expect(idsOf({ id: 'z', effect: 'deny', when })).toBe('zchbgafdei');
  });
});

describe('asks the rest of a journey that ended', () => {
  const policy = policyOf({ issuers, rules: [] });
  const fault = reason('key_unknown', { expected: ['k1'] });
  const expired = reason('token_expired', { expected: now, actual: now });
  const walk = (steps: Before['steps'], more: object = {}): readonly (readonly unknown[])[] => {
    const given = { issuer: url, claims: { ...claims, ...more } };
    const before: Before = { steps, refused: fault, verified: false };
    const { steps: all, verified, decision } = explainWithin(policy, given, { now }, {}, before);
    expect([verified, ...all.map((step) => step.verified)]).not.toContain(true);
    expect(decision).toMatchObject({ effect: 'deny', reasons: [fault], expiresAt: now });
    return all.map(({ name, status }) => [name, status]);
  };

  test('where the issuer is known', () => {
    const steps: Before['steps'] = [
      { name: 'size', status: 'passed' },
      { name: 'issuer', status: 'passed' },
      { name: 'key', status: 'failed', reason: fault },
      { name: 'signature', status: 'not-reached' },
      { name: 'times', status: 'not-reached' },
      { name: 'names', status: 'not-reached' },
    ];
    const rest = [['request', 'passed'], ['audience', 'passed'], ['subject', 'passed']]; // prettier-ignore
    const before = [['size', 'passed'], ['issuer', 'passed'], ['key', 'failed'], ['signature', 'not-reached']]; // prettier-ignore
    const of = (times: string): unknown => [...before, ['times', times], ['names', 'not-reached'], ...rest];
    expect(walk(steps)).toEqual(of('passed'));
    expect(walk(steps, { exp: 5 })).toEqual(of('failed'));
    const failed = steps.map((step) => (step.name === 'times' ? { ...step, status: 'failed' as const, reason: expired } : step));
    expect(walk(failed)).toEqual(of('failed'));
  }); // prettier-ignore

  test.each([
    ['failed', { name: 'issuer', status: 'failed', reason: fault }],
    ['was not reached', { name: 'issuer', status: 'not-reached' }],
  ] as const)('but for what was there, where the issuer %s', (_, issuer) => {
    const steps: Before['steps'] = [{ name: 'size', status: 'passed' }, issuer, { name: 'times', status: 'not-reached' }];
    expect(walk(steps)).toEqual([
      ['size', 'passed'],
      ['issuer', issuer.status],
      ['times', 'not-reached'],
      ['request', 'passed'],
      ['audience', 'passed'],
      ['subject', 'passed'],
    ]);
  }); // prettier-ignore
});

test('a step shows what the token has, or why it failed and what may help', () => {
  const policy = policyOf({ issuers, rules: [] });
  const given = { issuer: url, claims: { ...claims, aud: 'Here' } };
  const { steps } = explain(policy, given, { now });
  const fault = expect.objectContaining({ code: 'audience_mismatch' }) as unknown;
  expect(steps).toStrictEqual([
    { name: 'request', status: 'passed', verified: true, hints: [] },
    { name: 'issuer', status: 'passed', actual: url, verified: true, hints: [] },
    { name: 'times', status: 'passed', actual: now + 60, verified: true, hints: [] },
    {
      name: 'audience',
      status: 'failed',
      reason: fault,
      verified: true,
      hints: [expect.objectContaining({ code: 'case-differs' })],
    },
    { name: 'subject', status: 'passed', actual: 'org:acme/user:ada', verified: true, hints: [] },
  ]);
  const unknown = explain(policy, { issuer: 'evil', claims }, { now }).steps.map(({ name, status }) => [name, status]);
  expect(unknown).toEqual([
    ['request', 'passed'],
    ['issuer', 'failed'],
    ['times', 'not-reached'],
    ['audience', 'not-reached'],
    ['subject', 'not-reached'],
  ]);
});

describe('reads the clock once, and not where a time is given', () => {
  const policy = policyOf({ issuers, rules: [] });
  const expired = { issuer: url, claims: { ...claims, exp: 5 } };

  test.each([
    ['without a request', undefined, {}],
    ['without a time', { action: 'read', now: undefined }, {}],
    ['with a request that is none', null, {}],
    ['with a list for a request', Object.assign([], { now: undefined }), {}],
    ['at the time of the request', { now }, {}],
    ['at the time of a service', {}, { now }],
    ['at the time of a service that binds', {}, { now, audiences: ['here'] }],
  ])('%s', (_, request, bounds) => {
    let ticks = now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => 1000 * (ticks += 1));
    try {
      const { decision, steps } = explainWithin(policy, expired, request, bounds);
      const time = 'now' in bounds || (request && 'now' in request && request.now) ? now : now + 1;
      expect([decision.expiresAt, steps.find(({ name }) => name === 'times')?.reason?.expected]).toEqual([time, time]);
      expect(decision.reasons[0].code).toBe(
        request === null || Array.isArray(request) ? 'request_malformed' : 'token_expired',
      );
    } finally {
      clock.mockRestore();
    }
  });

  test('and takes no other for one that is none', () => {
    const { decision } = explainWithin(policy, expired, { now: 'soon' }, {});
    expect(decision.reasons).toMatchObject([{ code: 'request_malformed', path: 'now' }]);
  });

  test('binds a service to its audiences where it reads the clock', () => {
    const good = { issuer: url, claims: { ...claims, exp: 1e10 } };
    const { decision } = explainWithin(policy, good, undefined, { audiences: ['elsewhere'] });
    expect(decision.reasons[0].code).toBe('audience_mismatch');
  });
});

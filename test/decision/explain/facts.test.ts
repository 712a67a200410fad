import { describe, expect, test } from '@jest/globals';
import { explained, factsOf, survey } from '../../../src/decision/explain/facts.ts';
import { policyOf } from '../../engine/policies.ts';
import { now } from './facts.ts';

const url = 'https://git.example';
const policy = policyOf({ issuers: { git: { url, subject: 'gitpod', audiences: ['here', 'there'] } } });
const ready = explained(policy);
const claims = { sub: 'org:acme/user:ada', aud: ['here', 'nowhere'], exp: now + 60 };
const passed = (name: string, actual?: unknown): object => ({
  name,
  reached: true,
  ...(actual === undefined ? {} : { actual }),
});
const failed = (name: string, code: string, data: object = {}): object => ({
  name,
  reached: true,
  fault: expect.objectContaining({ code, ...data }) as unknown,
});
const unreached = (name: string): object => ({ name, reached: false });

const all = {
  request: passed('request'),
  issuer: passed('issuer', url),
  times: passed('times', now + 60),
  audience: passed('audience', ['here']),
  subject: passed('subject', 'org:acme/user:ada'),
}; // prettier-ignore

const rows: readonly (readonly [says: string, issuer: string, claims: object, request: unknown, steps: object])[] = [
  ['all', url, {}, { now }, {}],
  ['an issuer that is not trusted', 'evil', {}, { now }, { issuer: failed('issuer', 'issuer_unknown', { actual: 'evil' }), times: unreached('times'), audience: unreached('audience'), subject: unreached('subject') }],
  ['a token that has expired', url, { exp: 5 }, { now }, { times: failed('times', 'token_expired', { actual: 5, expected: now }) }],
  ['another audience', url, { aud: 'nowhere' }, { now }, { audience: failed('audience', 'audience_mismatch') }],
  ['an audience that is malformed', url, { aud: 5 }, { now }, { audience: failed('audience', 'claim_malformed') }],
  ['nobody', url, { sub: 'nobody' }, { now }, { subject: failed('subject', 'subject_malformed') }],
  ['a request that is malformed', url, {}, { now, extra: 1 }, { request: failed('request', 'request_malformed') }],
  ['a request that is malformed, of a token that was good then', url, { exp: 60 }, { now: 30, extra: 1 }, { request: failed('request', 'request_malformed'), times: passed('times', 60) }],
]; // prettier-ignore

describe('surveys', () => {
  test.each(rows)('%s', (_, issuer, given, request, steps) => {
    const token = { issuer, claims: { ...claims, ...given } };
    expect(survey(ready, token, request, {}).steps).toStrictEqual(Object.values({ ...all, ...steps }));
  });

  test.each([
    ['the request', {}, 30],
    ['a service, though the request has one', { now: 50 }, 50],
  ])('at the time of %s', (_, bounds, at) => {
    const { facts } = survey(ready, { issuer: url, claims }, { now: 30, extra: 1 }, bounds);
    expect(facts.request).toEqual({ now: at });
  });

  test('the facts of a token', () => {
    const { facts } = survey(ready, { issuer: url, claims }, { action: 'read', now }, {});
    expect(facts).toMatchObject({ url, issuer: 'git', audiences: ['here'], claims, request: { action: 'read', now } });
    expect(facts.principal?.path).toBe('org:acme/user:ada');
    expect(facts.split('org:acme/user:ada')).toEqual(['org:acme', 'user:ada']);
  });

  test('what is known of a token that fails', () => {
    const of = (issuer: string, given: object): object =>
      survey(ready, { issuer, claims: { ...claims, ...given } }, { now }, {}).facts;
    const unknown = { url: 'evil', issuer: undefined, audiences: undefined, principal: undefined };
    expect(of('evil', {})).toMatchObject(unknown);
    expect((of('evil', {}) as { split: (path: string) => unknown }).split('a/b')).toEqual(['a/b']);
    expect(of(url, { aud: 'nowhere' })).toMatchObject({ audiences: [] });
    expect(of(url, { aud: 5 })).toMatchObject({ audiences: undefined });
    expect(of(url, { sub: 'nobody' })).toMatchObject({ principal: undefined });
  });
});

test('a policy is made ready once', () => {
  expect(explained(policy)).toBe(ready);
  const other = { ...policy };
  expect(explained(other, ready.compiled).compiled).toBe(ready.compiled);
});

test('the facts of a token are its first fault where it has one', () => {
  const token = (more: object): { issuer: string; claims: Record<string, unknown> } => ({
    issuer: url,
    claims: { ...claims, ...more },
  });
  expect(factsOf(policy, token({}), { now })).toMatchObject({ issuer: 'git', request: { now } });
  expect(factsOf(policy, token({ exp: 5, sub: 'nobody' }), { now })).toMatchObject({ code: 'token_expired' });
});

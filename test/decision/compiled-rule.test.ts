/** Rules by themselves. In a decision the index finds few of them, and so hides what they would say of the others. */
import { describe, expect, test } from '@jest/globals';
import {
  compileRule,
  compileSubject,
  covers,
  isInForce,
  nextBoundary,
  unmetCondition,
} from '../../src/decision/compiled-rule.ts';
import type { Principal } from '../../src/policy/subject/principal.ts';
import { policyOf } from '../engine/policies.ts';

const segments = (path: string): Principal['segments'] =>
  path.split('/').map((part) => ({ kind: part.split(':')[0]!, id: part.split(':')[1]! }));
const principal = (path: string): Principal => ({ kind: 'environment', path, segments: segments(path) });
const opaque = (path: string): Principal => ({ kind: 'subject', path, segments: [{ kind: 'subject', id: path }] });

const rule = (when: object = {}, more: object = {}): ReturnType<typeof compileRule> => {
  const issuers = { i: { url: 'https://i.example', subject: 'gitpod', audiences: ['x', 'y'] } };
  const { rules } = policyOf({
    issuers,
    rules: [{ id: 'r', effect: 'allow', when: { issuer: 'i', ...when }, ...more }],
  });
  return compileRule(rules[0]!, 0);
};

describe('a subject', () => {
  const prefix = { prefix: 'org:A/prj:P' };
  test.each<[what: string, pattern: Parameters<typeof compileSubject>[0], of: Principal, holds: boolean]>([
    ['covers itself', prefix, principal('org:A/prj:P'), true],
    ['covers what is below it', prefix, principal('org:A/prj:P/env:E'), true],
    ['covers no segment that begins alike', prefix, principal('org:A/prj:P2/env:E'), false],
    ['covers nobody else', prefix, principal('org:B/prj:P/env:E'), false],
    ['covers nothing above it', prefix, principal('org:A'), false],
    ['is the whole of a principal of one segment', prefix, opaque('org:A/prj:P'), true],
    ['has nothing below it in a principal of one segment', prefix, opaque('org:A/prj:P/env:E'), false],
    ['equals itself', { equals: 'org:A/env:E' }, principal('org:A/env:E'), true],
    ['equals nothing below it', { equals: 'org:A' }, principal('org:A/env:E'), false],
    ['matches as a glob', { glob: 'org:*/env:E' }, principal('org:A/env:E'), true],
    ['matches as a glob only the whole', { glob: 'org:*/env:E' }, principal('org:A/env:E2'), false],
  ])('%s', (_, pattern, of, holds) => {
    expect(compileSubject(pattern)(of)).toBe(holds);
  });
});

describe('a rule covers', () => {
  const someone = principal('org:A/env:E');
  test.each<[what: string, when: object, named: string[], holds: boolean]>([
    ['every audience where it names none', {}, ['x'], true],
    ['an audience that it names', { audience: ['x', 'y'] }, ['y'], true],
    ['no other audience', { audience: 'x' }, ['y'], false],
    ['any of its subjects', { subject: ['org:B', 'org:A'] }, ['x'], true],
    ['no other subject', { subject: ['org:B'] }, ['x'], false],
    ['only both together', { audience: 'x', subject: 'org:B' }, ['x'], false],
  ])('%s', (_, when, named, holds) => {
    expect(covers(rule(when), named, someone)).toBe(holds);
  });
});

describe('a condition that does not hold', () => {
  const someone = principal('org:A/env:E');
  test.each<[what: string, when: object, claims: object, unmet: object | undefined]>([
    ['is the kind', { kind: ['user', 'runner'] }, {}, { path: 'kind', expected: ['user', 'runner'], actual: 'environment' }],
    ['is none where the kind is one of them', { kind: ['user', 'environment'] }, {}, undefined],
    ['is a claim, with what it should be and is', { claims: { a: 'x' } }, { a: 'y' }, { path: 'claims.a', expected: 'x', actual: 'y' }],
    ['is a claim that is not there', { claims: { a: ['x', 1] } }, {}, { path: 'claims.a', expected: ['x', 1] }],
    ['is the first that does not hold', { claims: { a: 'x', b: 'x' } }, { a: 'x', b: 5 }, { path: 'claims.b', expected: 'x', actual: 5 }],
    ['is written as the language writes it', { claims: { '/a/0': { not: ['x', 'y'] } } }, { a: ['x'] }, { path: 'claims./a/0', expected: { not: ['x', 'y'] }, actual: 'x' }],
    ['is one value where one is wanted', { claims: { a: { not: 'x' } } }, { a: 'x' }, { path: 'claims.a', expected: { not: 'x' }, actual: 'x' }],
    ['is an operator', { claims: { a: { containsAny: ['x'] } } }, { a: [] }, { path: 'claims.a', expected: { containsAny: ['x'] }, actual: [] }],
  ])('%s', (_, when, claims, unmet) => {
    expect(unmetCondition(rule(when), someone, { ...claims })).toStrictEqual(unmet);
  }); // prettier-ignore
});

describe('a rule in time', () => {
  const FROM = Date.parse('2026-01-01T00:00:00Z') / 1000;
  const UNTIL = FROM + 60;
  const both = rule({}, { valid: { from: '2026-01-01T00:00:00Z', until: '2026-01-01T00:01:00Z' } });
  test.each<[now: number, inForce: boolean, next: number]>([
    [FROM - 1, false, FROM],
    [FROM, true, UNTIL],
    [UNTIL - 1, true, UNTIL],
    [UNTIL, false, Infinity],
    [UNTIL + 1, false, Infinity],
  ])('at %d is in force: %j, and changes at %d', (now, inForce, next) => {
    expect([isInForce(both, now), nextBoundary(both, now)]).toEqual([inForce, next]);
  });

  test('without bounds is always in force, and never changes', () => {
    expect([isInForce(rule(), 0), nextBoundary(rule(), 0)]).toEqual([true, Infinity]);
  });
});

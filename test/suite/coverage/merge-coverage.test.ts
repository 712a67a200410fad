import { expect, test } from '@jest/globals';
import { mergeCoverage } from '../../../src/suite/coverage/merge-coverage.ts';
import { coveredOf, coverageOf, ONE_RULE } from './coverage-of.ts';

const FITS =
  '{ issuer: gitpod, audience: https://a.example, sub: "org:acme/env:e", claims: { email: a@acme.example, team: sre } }';
const EVIL = FITS.replace('org:acme', 'org:evil');
const WITHOUT_B = ONE_RULE.replaceAll(', https://b.example', '');

test('adds the cases of one rule up', () => {
  const once = coverageOf(ONE_RULE, [[FITS, '{}']]);
  const both = coverageOf(ONE_RULE, [
    [FITS, '{}'],
    [EVIL, '{}'],
    [FITS, '{ action: login }'],
  ]);
  const merged = mergeCoverage([once, both]);
  expect(coveredOf(merged)).toEqual(['rule deploy', 'condition subject', 'action login']);
  expect(merged.rules[0]?.items[0]?.cases).toBe(3);
  expect(merged.total).toEqual(both.total);
});

test('leaves a condition out where it says nothing in any policy', () => {
  const [short, long] = [coverageOf(WITHOUT_B, []), coverageOf(ONE_RULE, [])];
  expect(short.rules[0]?.leftOut).toEqual(['audience']);
  expect(mergeCoverage([short, short]).rules[0]?.leftOut).toEqual(['audience']);
  expect(mergeCoverage([short, long])).toMatchObject({ rules: [{ leftOut: [] }], total: { items: 13 } });
  const kinds = mergeCoverage([short, long]).rules[0]?.items.map(({ kind }) => kind);
  expect(kinds).toEqual(long.rules[0]?.items.map(({ kind }) => kind));
});

test('keeps rules of different places apart', () => {
  const moved = coverageOf(`# another\n${ONE_RULE}`, []);
  expect(mergeCoverage([coverageOf(ONE_RULE, []), moved]).rules).toHaveLength(2);
});

import { expect, test } from '@jest/globals';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { rulesWithoutTests } from '../../src/lint/rules-without-tests.ts';
import { POLICY } from '../suite/suite-text.ts';
import { NOW } from './places.ts';

const given = '{ sub: "org:acme/prj:payments/env:e1" }';
const suite = (token: string): string =>
  `version: 1\ntests: [{ given: ${token}, when: { action: read, resource: secret/payments/db }, expect: deny }]\n`;

test.each<[what: string, tests: readonly string[], lines: readonly number[]]>([
  ['says nothing without tests', [], []],
  ['says nothing where all rules apply, also those that do not decide', [suite(given)], []],
  ['finds the rules that do not apply', [suite('{ sub: "org:other/env:e1" }')], [8, 17]],
  ['finds all where no token gets to the rules', [suite('{ issuer: "https://x.example" }')], [8, 13, 17]],
  ['counts the cases of all files', [suite('{ issuer: "https://x.example" }'), suite(given)], []],
  ['says nothing where a test does not load', [suite('{ issuer: gitlab }')], []],
])('%s', (_, texts, lines) => {
  const tests = texts.map((text, index) => ({ file: `${String(index)}.test.yaml`, text }));
  const found = lintPolicy([{ file: 'trust.yaml', text: POLICY }], {
    now: NOW,
    untestedIn: (policy) => rulesWithoutTests(tests, policy),
  });
  expect(found.filter(({ code }) => code === 'rule-without-test').map(({ at }) => at.line)).toEqual(lines);
});

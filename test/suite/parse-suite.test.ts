import { describe, expect, test } from '@jest/globals';
import { readSuite } from '../../src/suite/parse-suite.ts';
import { parse, POLICY, suiteOf } from './suite-text.ts';

const TWO_AUDIENCES = POLICY.replace('audiences: [', 'audiences: [https://other.example, ');
const CASE = '{ sub: "org:acme/prj:payments/env:e1" }';

describe('a test file is refused', () => {
  const refused: readonly (readonly [what: string, text: string, code: string, place: string, help?: string])[] = [
    ['without tests', 'version: 1', 'missing-key', '1:1'],
    ['of another version', 'version: 2\ntests: [{ given: {}, expect: deny }]', 'unsupported-version', '1:10'],
    [
      'with an unknown key',
      'version: 1\ntest: []\ntests: [{ given: {}, expect: deny }]',
      'unknown-key',
      '2:1',
      'did you mean `tests`?',
    ],
    [
      'with an unknown key in a token',
      'version: 1\ntests: [{ given: { subject: x }, expect: deny }]',
      'unknown-key',
      '2:20',
      'known are `issuer`, `sub`, `audience`, `claims`, `at`',
    ],
    [
      'with an unknown key in an expectation',
      'version: 1\ntests: [{ given: {}, expect: { effect: deny, rule: [] } }]',
      'unknown-key',
      '2:46',
      'did you mean `rules`?',
    ],
    [
      'of a case that expects nothing',
      'version: 1\ntests:\n  - given: {}',
      'missing-key',
      '3:5',
      'a case has `given` and `expect`, or a `matrix`',
    ],
    [
      'of an unknown effect',
      'version: 1\ntests: [{ given: {}, expect: alow }]',
      'unknown-value',
      '2:30',
      'did you mean `allow`?',
    ],
    [
      'of an unknown principal',
      `version: 1\nprincipals: { runner: ${CASE} }\ntests: [{ given: runer, expect: deny }]`,
      'unknown-value',
      '3:18',
      'did you mean `runner`?',
    ],
    [
      'of an unknown issuer',
      'version: 1\ntests: [{ given: { issuer: gitpd }, expect: deny }]',
      'unknown-issuer',
      '2:28',
      'did you mean `gitpod`?',
    ],
    [
      'of an unknown rule',
      'version: 1\ntests: [{ given: {}, expect: { effect: allow, rules: [payment-read] } }]',
      'unknown-value',
      '2:55',
      'did you mean `payments-read`?',
    ],
    [
      'of a rule that never decides so',
      'version: 1\ntests: [{ given: {}, expect: { effect: allow, rules: [no-root] } }]',
      'invalid-value',
      '2:55',
    ],
    [
      'of a rule in audit mode',
      'version: 1\ntests: [{ given: {}, expect: { effect: allow, rules: [trial] } }]',
      'invalid-value',
      '2:55',
    ],
    [
      'of an allow by no rule',
      'version: 1\ntests: [{ given: {}, expect: { effect: allow, rules: [] } }]',
      'empty-list',
      '2:54',
    ],
    [
      'of an unknown reason',
      'version: 1\ntests: [{ given: {}, expect: { effect: deny, reasons: [key_unknwon] } }]',
      'unknown-value',
      '2:56',
      'did you mean `key_unknown`?',
    ],
    [
      'of a deny that lasts',
      'version: 1\ntests: [{ given: {}, expect: { effect: deny, ttl: 1m } }]',
      'invalid-value',
      '2:51',
    ],
    [
      'of a time that is none',
      'version: 1\ntests: [{ given: {}, at: 2026-02-30T00:00:00Z, expect: deny }]',
      'invalid-time',
      '2:26',
    ],
    [
      'of a time without offset',
      'version: 1\ntests: [{ given: {}, at: 2026-02-03, expect: deny }]',
      'invalid-time',
      '2:26',
    ],
    [
      'of a resource without action',
      'version: 1\ntests: [{ given: {}, when: { resource: a/b }, expect: deny }]',
      'missing-key',
      '2:40',
    ],
    [
      'that sets `aud` as a claim',
      'version: 1\ntests: [{ given: { claims: { aud: a } }, expect: deny }]',
      'reserved-claim',
      '2:30',
      'write `audience`',
    ],
    [
      'of a matrix beside a case',
      `version: 1\nprincipals: { ci: ${CASE} }\ntests:\n  - given: ci\n    matrix: { given: [ci], when: { plain: {} }, expect: {} }`,
      'invalid-value',
      '4:5',
    ],
    [
      'of a matrix that lists an unknown request',
      `version: 1\nprincipals: { ci: ${CASE} }\ntests: [{ matrix: { given: [ci], when: { reads: {} }, expect: { ci: [read] } } }]`,
      'unknown-value',
      '3:70',
      'did you mean `reads`?',
    ],
    [
      'of a matrix that lists a principal it was not given',
      `version: 1\nprincipals: { ci: ${CASE} }\ntests: [{ matrix: { given: [ci], when: { reads: {} }, expect: { c: [reads] } } }]`,
      'unknown-value',
      '3:65',
    ],
  ];

  test.each(refused.map(([what, ...row]) => [what, row] as const))('%s', (_, [text, code, place, help]) => {
    const { suite, diagnostics } = parse(text);
    expect(suite).toBeUndefined();
    expect(diagnostics.map(({ code: found, at }) => [found, `${at.line}:${at.column}`])).toEqual([[code, place]]);
    if (help !== undefined) expect(diagnostics[0]?.help).toBe(help);
  });

  test('where the token does not say for which of several audiences it is', () => {
    const { diagnostics } = parse('version: 1\ntests: [{ given: { sub: x }, expect: deny }]', TWO_AUDIENCES);
    expect(diagnostics.map(({ code }) => code)).toEqual(['missing-key']);
    expect(diagnostics[0]?.help).toBe('write `audience`: `https://other.example`, `https://secrets.example.com`');
  });
});

test('a case takes issuer, audience and times from where they are not written', () => {
  const { cases } = suiteOf(`version: 1\ntests: [{ given: ${CASE}, when: { action: read }, expect: allow }]`);
  expect(cases).toEqual([
    {
      name: 'org:acme/prj:payments/env:e1 read',
      at: { file: 'trust.test.yaml', line: 2, column: 11 },
      token: {
        issuer: 'https://app.gitpod.io',
        claims: {
          sub: 'org:acme/prj:payments/env:e1',
          aud: 'https://secrets.example.com',
          exp: 1_767_225_600 + 3600,
        },
      },
      request: { action: 'read', now: 1_767_225_600 },
      expected: { effect: 'allow' },
    },
  ]);
});

test('a case may say when it asks, its token too, and the case is heard first', () => {
  const { cases } = suiteOf(`version: 1
principals: { ci: { at: 2027-01-01T00:00:00Z, claims: { exp: 5 } } }
tests:
  - { given: ci, expect: deny }
  - { given: ci, at: 2028-01-01T00:00:00Z, expect: deny }`);
  expect(cases.map(({ request }) => new Date(request.now * 1000).getUTCFullYear())).toEqual([2027, 2028]);
  expect(cases.map(({ token }) => token.claims['exp'])).toEqual([5, 5]);
});

test('a matrix is the cross product, and what it does not list must be denied', () => {
  const { cases } = suiteOf(`version: 1
principals: { ci: ${CASE}, user: { sub: "org:acme/user:u" } }
tests:
  - name: payments
    matrix:
      given: [ci, user]
      when:
        reads: { action: read, resource: secret/payments/db }
        writes: { action: write, resource: secret/payments/db }
      expect: { ci: [reads] }`);
  expect(cases.map(({ name, expected }) => `${name} ${expected.effect}`)).toEqual([
    'payments: ci reads allow',
    'payments: ci writes deny',
    'payments: user reads deny',
    'payments: user writes deny',
  ]);
});

test('the policies of a file are its directory, where it names none', () => {
  expect(readSuite({ file: 'a', text: 'version: 1' }).policies).toEqual(['.']);
  expect(readSuite({ file: 'a', text: 'version: 1\npolicies: [../p, q.yaml]' }).policies).toEqual(['../p', 'q.yaml']);
});

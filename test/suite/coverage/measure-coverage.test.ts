import { expect, test } from '@jest/globals';
import { coveredOf, coverageOf, ONE_RULE } from './coverage-of.ts';

const AUD = 'audience: https://a.example';
const SUB = 'sub: "org:acme/prj:p/env:e"';
const CLAIMS = 'claims: { email: ann@acme.example, team: sre }';
const AT = 'at: 2029-01-01T00:00:00Z';
const FITS = `issuer: gitpod, ${AUD}, ${SUB}, ${CLAIMS}, ${AT}`;
const PLAIN = '{}';

const applies: readonly string[] = ['rule deploy'];

test.each<[what: string, given: string, when: string, covered: readonly string[]]>([
  ['a token that fits', FITS, PLAIN, applies],
  [
    'a request that one grant covers by one action and one resource',
    FITS,
    '{ action: read, resource: secret/p/db }',
    [...applies, 'action read', 'resource secret/${subject.project}/**'],
  ],
  ['a resource of another project', FITS, '{ action: read, resource: secret/q/db }', applies],
  ['an action without a resource', FITS, '{ action: login }', [...applies, 'action login']],
  ['an action of another grant on a resource', FITS, '{ action: login, resource: public/a }', applies],
  ['a token of the other issuer', FITS.replace('gitpod', 'other'), PLAIN, ['condition issuer']],
  ['a token of a stranger', FITS.replace('gitpod', '"https://x.example"'), PLAIN, []],
  ['another audience', FITS.replace('a.example', 'b.example'), PLAIN, ['condition audience']],
  ['an audience that is nobody’s', FITS.replace('a.example', 'c.example'), PLAIN, []],
  ['another organisation', FITS.replace('org:acme', 'org:evil'), PLAIN, ['condition subject']],
  ['another kind', FITS.replace('prj:p/env:e', 'user:u'), PLAIN, ['condition kind']],
  ['a claim of another value', FITS.replace('ann@acme', 'ann@evil'), PLAIN, ['condition claims.email']],
  ['a claim that is absent', FITS.replace(', team: sre', ''), PLAIN, ['condition claims.team']],
  ['a later time', FITS.replace('2029', '2031'), PLAIN, ['condition valid']],
  ['two conditions that fail', FITS.replace('2029', '2031').replace('org:acme', 'org:evil'), PLAIN, []],
  ['the other issuer and one more', FITS.replace('2029', '2031').replace('gitpod', 'other'), PLAIN, []],
  ['a subject that is malformed', FITS.replace('org:acme', 'acme'), PLAIN, []],
])('%s covers just what it reaches', (_, given, when, covered) => {
  expect(coveredOf(coverageOf(ONE_RULE, [[`{ ${given} }`, when]]))).toEqual(covered);
});

const NO_ROOT = `version: 1
issuers: { gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://a.example] } }
rules:
  - id: no-root
    effect: deny
    when: { issuer: gitpod, audience: https://a.example, kind: [user, runner, environment, service-account] }
    grants: [{ actions: [read, write], resources: ["secret/*/root"] }]
`;

test('a deny is covered like an allow, and a stranger covers the issuer of a rule that names every issuer', () => {
  const coverage = coverageOf(NO_ROOT, [
    ['{ sub: "org:a/user:u" }', '{ action: read, resource: secret/a/root }'],
    ['{ issuer: "https://x.example" }', PLAIN],
  ]);
  expect(coveredOf(coverage)).toEqual(['rule no-root', 'condition issuer', 'action read', 'resource secret/*/root']);
  expect(coverage.total).toEqual({ items: 5, covered: 4, percent: 80 });
});

test('a condition is left out where the rule means the same without it', () => {
  expect(coverageOf(NO_ROOT, []).rules).toMatchObject([{ leftOut: ['audience', 'kind'] }]);
});

test('every item stands where it is written', () => {
  const [rule] = coverageOf(ONE_RULE, []).rules;
  const lines = ONE_RULE.split('\n');
  for (const { kind, name, at } of rule?.items ?? []) {
    const key = kind === 'condition' ? `${name.replace('claims.', '')}:` : name;
    const here = lines[at.line - 1]?.slice(at.column - 1).replace(/^"/, '');
    expect({ kind, name, found: here?.startsWith(key) }).toEqual({ kind, name, found: true });
  }
});

test('a policy without rules has nothing that is not covered', () => {
  expect(coverageOf(NO_ROOT.replace(/rules:[^]*/, 'rules: []'), []).total).toEqual({
    items: 0,
    covered: 0,
    percent: 100,
  });
});

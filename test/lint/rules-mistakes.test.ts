/** Rules about mistakes: what is reported, where, and above all what is not. */
import { describe, expect, test } from '@jest/globals';
import { formsOf } from '../../src/lint/gitpod-subject.ts';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { GITPOD_KINDS } from '../../src/policy/subject/gitpod-path.ts';
import { ENV, GITPOD, ORG, policyText, PROJECT, USER } from './policy-text.ts';
import { NOW, placesOf } from './places.ts';

const LOCAL = '{ url: "http://localhost:8080", subject: gitpod, audiences: [https://a.example.com] }';
const OPAQUE = '{ url: https://id.example.com, audiences: [https://a.example.com] }';
const ENV_ID = ENV.slice('env:'.length);

type Case = readonly [name: string, text: string, places: readonly string[]];

const table = (id: string, cases: readonly Case[]): void => {
  describe(id, () => {
    test.each(cases)('%s', (_name, text, places) => {
      expect(placesOf(id, text)).toEqual(places);
    });
  });
};

const diagnosticsOf = (id: string, text: string) =>
  lintPolicy([{ file: 'policy.yaml', text }], { now: NOW }).filter(({ code }) => code === id);

const of = (...subjects: readonly string[]): string =>
  policyText(GITPOD, ...subjects.map((subject) => ({ when: `subject: ${subject}` })));

table('subject-id-not-uuid', [
  ['finds an id that was cut off', of(PROJECT.slice(0, -1)), ['7:33']],
  ['finds one that has too much', of(`${PROJECT}0`), ['7:33']],
  ['finds a letter that is no digit', of(`${PROJECT.slice(0, -1)}g`), ['7:33']],
  ['finds a name', of('{ equals: "org:acme/user:alice" }'), ['7:43']],
  ['finds a service account', of(`{ equals: "${ORG}/sa:deploy" }`), ['7:43']],
  ['finds a user', of(`[${PROJECT}, "${ORG}/user:alice"]`), [`7:${36 + PROJECT.length}`]],
  ['finds a literal id in a glob', of('{ glob: "org:acme/prj:*/env:*" }'), ['7:41']],
  ['finds it in a deny', policyText(GITPOD, { effect: 'deny', when: 'subject: org:acme' }), ['7:33']],
  ['leaves UUIDs', of(`[${PROJECT}/${ENV}, "${ORG}/${USER}"]`), []],
  ['leaves upper case, which is another matter', of(PROJECT.slice(0, -12) + PROJECT.slice(-12).toUpperCase()), []],
  ['leaves an id with a wildcard', of(`{ glob: "${ORG}/prj:0195*/env:*" }`), []],
  ['leaves an issuer for development', policyText(LOCAL, { when: 'subject: org:acme/prj:shop' }), []],
  ['leaves opaque subjects', policyText(OPAQUE, { when: 'subject: org:acme/prj:shop' }), []],
]);

table('environment-without-project', [
  ['finds a prefix', of(`${ORG}/${ENV}`), ['7:33']],
  ['finds equals', of(`{ equals: "${ORG}/${ENV}" }`), ['7:43']],
  ['finds a glob that names it', of(`{ glob: "${ORG}/${ENV}" }`), ['7:41']],
  [
    'finds it in a deny though an allow names it in a project',
    policyText(GITPOD, { effect: 'deny', when: `subject: ${ORG}/${ENV}` }, { when: `subject: ${PROJECT}/${ENV}` }),
    ['7:33'],
  ],
  ['leaves an environment of a project', of(`${PROJECT}/${ENV}`), []],
  ['leaves environments in general', of(`{ glob: "${ORG}/env:*" }`), []],
  ['leaves users', of(`${ORG}/${USER}`), []],
  ['leaves one that is listed below any project', of(`[${ORG}/${ENV}, { glob: "${ORG}/prj:*/${ENV}" }]`), []],
  ['leaves one that another rule names in a project', of(`${ORG}/${ENV}`, `${PROJECT}/${ENV}`), []],
]);

test('environment-without-project is an error in a deny, and a warning in an allow', () => {
  const severities = (['deny', 'allow'] as const).flatMap((effect) =>
    diagnosticsOf('environment-without-project', policyText(GITPOD, { effect, when: `subject: ${ORG}/${ENV}` })).map(
      ({ severity }) => severity,
    ),
  );
  expect(severities).toEqual(['error', 'warning']);
});

table('id-used-as-two-kinds', [
  ['finds a project as environment', of(PROJECT, `${PROJECT}/env:${PROJECT.slice(-36)}`), ['12:33']],
  ['finds both in one pattern', of(`${ORG}/prj:${ENV_ID}/env:${ENV_ID}`), ['7:33']],
  ['finds an organisation as user', of(`${ORG}/user:${ORG.slice(4)}`), ['7:33']],
  ['finds it once', of(`${ORG}/prj:${ENV_ID}`, `${PROJECT}/${ENV}`, `${PROJECT}/${ENV}`), ['12:33']],
  ['leaves one kind', of(`${PROJECT}/${ENV}`, `${ORG}/${ENV}`), []],
  ['leaves names, which are not unique', of('org:acme/prj:acme'), []],
  ['leaves an issuer for development', policyText(LOCAL, { when: `subject: ${ORG}/user:${ORG.slice(4)}` }), []],
  ['leaves opaque subjects', policyText(OPAQUE, { when: `subject: ${ORG}/user:${ORG.slice(4)}` }), []],
]);

const changed = (path: string, at: number): string => {
  const other = path.at(at) === '0' ? '1' : '0';
  return path.slice(0, at) + other + (at === -1 ? '' : path.slice(at + 1));
};

table('near-duplicate-id', [
  ['finds the last character', of(PROJECT, changed(PROJECT, -1)), ['12:33']],
  ['finds one in the middle', of(PROJECT, changed(PROJECT, -20)), ['12:33']],
  ['finds the first character', of(PROJECT, changed(PROJECT, -36)), ['12:33']],
  ['finds another case', of(PROJECT, PROJECT.replace('a2b52cf', 'A2B52CF')), ['12:33']],
  ['finds organisations once', of(`${ORG}/${USER}`, changed(ORG, -1), changed(ORG, -1)), ['12:33']],
  ['leaves the same id', of(PROJECT, PROJECT), []],
  ['leaves two characters', of(PROJECT, changed(changed(PROJECT, -1), -2)), []],
  ['leaves ids of two kinds', of(`${PROJECT}/${ENV}`), []],
  [
    'leaves ids that count up',
    of(`${ORG}/prj:00000000-0000-7000-8000-000000000001`, `${ORG}/prj:00000000-0000-7000-8000-000000000002`),
    [],
  ],
  ['leaves names', of('org:acme1', 'org:acme2'), []],
  ['leaves opaque subjects', policyText(OPAQUE, { when: `subject: [${PROJECT}, ${changed(PROJECT, -1)}]` }), []],
]);

test('near-duplicate-id names the other place', () => {
  const [found] = diagnosticsOf('near-duplicate-id', of(PROJECT, changed(PROJECT, -1)));
  expect(found?.related?.map(({ at }) => `${at.line}:${at.column}`)).toEqual(['7:33']);
});

const issuer = (url: string, subject = 'opaque'): string =>
  policyText(`{ url: "${url}", subject: ${subject}, audiences: [https://a.example.com] }`);

table('issuer-trailing-slash', [
  ['finds Gitpod', issuer('https://app.gitpod.io/', 'gitpod'), ['2:22']],
  ['finds GitHub', issuer('https://token.actions.githubusercontent.com/'), ['2:22']],
  [
    'finds a tenant of Microsoft',
    issuer('https://login.microsoftonline.com/8f1c2a54-51d1-4b0e-9a7b-2f4d6c0e3b19/v2.0/'),
    ['2:22'],
  ],
  ['finds a Gitpod of its own', issuer('https://gitpod.example.com/', 'gitpod-v3'), ['2:22']],
  ['leaves no slash', issuer('https://app.gitpod.io', 'gitpod'), []],
  ['leaves Auth0', issuer('https://example.eu.auth0.com/'), []],
  ['leaves a host nobody knows', issuer('https://id.example.com/realms/main/'), []],
  ['leaves a host that only ends so', issuer('https://not-gitlab.com/'), []],
]);

table('issuer-uppercase-host', [
  ['finds Gitpod', issuer('https://App.gitpod.io', 'gitpod'), ['2:22']],
  ['finds the scheme', issuer('HTTPS://id.example.com'), ['2:22']],
  ['finds any host', issuer('https://ID.example.com/Realm'), ['2:22']],
  ['leaves upper case in the path', issuer('https://id.example.com/Realms/Main'), []],
  ['leaves lower case', issuer('https://id.example.com:8443'), []],
]);

describe('fixes of issuer urls', () => {
  const fixOf = (id: string, text: string) => diagnosticsOf(id, text).map(({ severity, fix }) => ({ severity, fix }));
  const at = { issuer: 'x', path: ['url'] };

  test('are offered where it is known how tokens spell it', () => {
    expect(fixOf('issuer-trailing-slash', issuer('https://gitlab.com/'))).toEqual([
      { severity: 'error', fix: [{ at, replaceWith: 'https://gitlab.com' }] },
    ]);
    expect(fixOf('issuer-uppercase-host', issuer('https://GitLab.com'))).toEqual([
      { severity: 'error', fix: [{ at, replaceWith: 'https://gitlab.com' }] },
    ]);
  });

  test('are not offered for other hosts', () => {
    expect(fixOf('issuer-trailing-slash', issuer('https://gitpod.example.com/', 'gitpod'))).toEqual([
      { severity: 'warning', fix: undefined },
    ]);
    expect(fixOf('issuer-uppercase-host', issuer('https://ID.example.com'))).toEqual([
      { severity: 'warning', fix: undefined },
    ]);
  });

  test('are not offered where another issuer has that url', () => {
    const text = issuer('https://gitlab.com/').replace(
      '{ x: ',
      '{ y: { url: https://gitlab.com, audiences: [https://a.example.com] }, x: ',
    );
    expect(fixOf('issuer-trailing-slash', text)).toEqual([{ severity: 'error', fix: undefined }]);
  });
});

const filling = (when: string, resources: string, effect = 'allow', issuerText = GITPOD): string =>
  policyText(issuerText, { effect, when, grants: `[{ actions: [read], resources: [${resources}] }]` });
const BY_PROJECT = '"a/${subject.project}"';
const BY_USER = '"b/${subject.user}"';

table('template-never-bound', [
  ['finds users without a project', filling(`subject: ${ORG}, kind: user`, BY_PROJECT), ['8:45']],
  ['finds one environment without a project', filling(`subject: ${ORG}/${ENV}`, BY_PROJECT), ['8:45']],
  [
    'finds environments, of which some have no project',
    filling(`subject: ${ORG}, kind: environment`, BY_PROJECT),
    ['8:45'],
  ],
  ['finds a user asked of a project', filling(`subject: ${PROJECT}`, BY_USER), ['8:45']],
  [
    'finds the pattern that nobody fills in',
    filling(`subject: ${ORG}, kind: user`, `${BY_USER}, ${BY_PROJECT}`),
    ['8:66'],
  ],
  ['finds opaque subjects', filling('subject: s', BY_PROJECT, 'allow', OPAQUE), ['8:45']],
  ['finds any principal', filling('', BY_USER), ['8:45']],
  ['finds a deny for some', filling(`subject: ${ORG}`, `${BY_USER}, "c/**"`, 'deny'), ['8:45']],
  ['leaves environments of projects', filling(`subject: { glob: "${ORG}/prj:*/env:*" }`, BY_PROJECT), []],
  ['leaves a wildcard that only projects match', filling(`subject: { glob: "${ORG}/*/*" }`, BY_PROJECT), []],
  ['leaves a project', filling(`subject: ${PROJECT}`, '"a/${subject.project}/${subject.environment}"'), []],
  ['leaves users', filling(`subject: ${ORG}, kind: user`, BY_USER), []],
  ['leaves the organisation, which all have', filling(`subject: ${ORG}`, '"a/${subject.org}"'), []],
  ['leaves claims', filling(`subject: ${ORG}, kind: user`, '"a/${claims.team}"'), []],
  [
    'leaves an allow that gives each something',
    filling(`subject: [{ glob: "${ORG}/prj:*/env:*" }, { glob: "${ORG}/user:*" }]`, `${BY_PROJECT}, ${BY_USER}`),
    [],
  ],
  ['leaves an allow that gives the rest something else', filling(`subject: ${ORG}`, `${BY_PROJECT}, "c/**"`), []],
  ['leaves a rule that admits nobody', filling(`subject: ${PROJECT}, kind: user`, BY_PROJECT), []],
]);

test('template-never-bound warns where an allow is lost for some, and is an error for all and in a deny', () => {
  const severities = [
    filling(`subject: ${ORG}, kind: environment`, BY_PROJECT),
    filling(`subject: ${ORG}, kind: user`, BY_PROJECT),
    filling(`subject: ${ORG}, kind: environment`, BY_PROJECT, 'deny'),
  ].flatMap((text) => diagnosticsOf('template-never-bound', text).map(({ severity }) => severity));
  expect(severities).toEqual(['warning', 'error', 'error']);
});

test('lint rules know every kind of Gitpod principal', () => {
  const { policy } = parsePolicy([{ file: 'policy.yaml', text: policyText(GITPOD, {}) }]);
  const kinds = new Set(policy!.issuers.flatMap(formsOf).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...GITPOD_KINDS].sort());
});

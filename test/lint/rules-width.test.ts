/** Rules about width: what is reported, where, and above all what is not. */
import { describe, expect, test } from '@jest/globals';
import { ENV, GITPOD, ORG, policyText, PROJECT, USER } from './policy-text.ts';
import { placesOf } from './places.ts';

const OWN = '{ url: https://id.example.com, audiences: [https://a.example.com] }';
const OWN_GITPOD = '{ url: https://gitpod.example.com, subject: gitpod, audiences: [https://a.example.com] }';
const issuer = (url: string): string => `{ url: ${url}, audiences: [https://a.example.com] }`;
const GITHUB = issuer('https://token.actions.githubusercontent.com');
const WRITE = '[{ actions: [write], resources: ["secret/shared/**"] }]';

type Case = readonly [name: string, text: string, places: readonly string[]];

const table = (id: string, cases: readonly Case[]): void => {
  describe(id, () => {
    test.each(cases)('%s', (_name, text, places) => {
      expect(placesOf(id, text)).toEqual(places);
    });
  });
};

table('subject-whole-organization', [
  ['finds a prefix', policyText(GITPOD, { when: `subject: ${ORG}` }), ['7:33']],
  ['finds a glob', policyText(GITPOD, { when: `subject: { glob: "${ORG}/**" }` }), ['7:41']],
  ['finds it in a list', policyText(GITPOD, { when: `subject: [${PROJECT}, ${ORG}]` }), [`7:${36 + PROJECT.length}`]],
  ['finds it on a Gitpod of its own', policyText(OWN_GITPOD, { when: `subject: ${ORG}` }), ['7:33']],
  ['leaves a deny', policyText(GITPOD, { effect: 'deny', when: `subject: ${ORG}` }), []],
  ['leaves a kind', policyText(GITPOD, { when: `subject: ${ORG}, kind: user` }), []],
  ['leaves a condition on claims', policyText(GITPOD, { when: `subject: ${ORG}, claims: { runner_id: r }` }), []],
  ['leaves a project', policyText(GITPOD, { when: `subject: ${PROJECT}` }), []],
  ['leaves one segment more', policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }` }), []],
  ['leaves what is below projects', policyText(GITPOD, { when: `subject: { glob: "${ORG}/prj:*/**" }` }), []],
  ['leaves every organisation', policyText(GITPOD, { when: 'subject: { glob: "org:*/**" }' }), []],
  ['leaves an opaque subject', policyText(OWN, { when: `subject: ${ORG}` }), []],
]);

table('subject-any', [
  ['finds a rule without conditions', policyText(OWN, {}), ['7:21']],
  ['finds one with an audience', policyText(OWN, { when: 'audience: https://a.example.com' }), ['7:21']],
  ['finds a glob for all', policyText(OWN_GITPOD, { when: 'subject: { glob: "**" }' }), ['7:21']],
  ['finds a glob for all organisations', policyText(OWN_GITPOD, { when: 'subject: { glob: "org:*/**" }' }), ['7:21']],
  ['leaves a deny', policyText(OWN, { effect: 'deny' }), []],
  ['leaves a subject', policyText(OWN, { when: 'subject: somebody' }), []],
  ['leaves a condition on claims', policyText(OWN, { when: 'claims: { team: payments }' }), []],
  ['leaves a kind', policyText(OWN_GITPOD, { when: 'kind: user' }), []],
  [
    'leaves a glob for environments of projects',
    policyText(OWN_GITPOD, { when: 'subject: { glob: "*/prj:*/**" }' }),
    [],
  ],
  ['leaves a shared issuer', policyText(GITPOD, {}), []],
  ['leaves GitHub, which is shared too', policyText(GITHUB, {}), []],
]);

table('kind-missing-on-mixed-grant', [
  [
    'finds a wildcard below an organisation',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }`, grants: WRITE }),
    ['7:41'],
  ],
  [
    'finds any action',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }`, grants: '[{ actions: ["secrets:*"] }]' }),
    ['7:41'],
  ],
  [
    'finds one action among others',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }`, grants: '[{ actions: [read, secrets.delete] }]' }),
    ['7:41'],
  ],
  ['leaves reading', policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }` }), []],
  [
    'leaves reading anything',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }`, grants: '[{ actions: ["read:*", "list*"] }]' }),
    [],
  ],
  [
    'leaves a word that only begins so',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }`, grants: '[{ actions: [writer-list] }]' }),
    [],
  ],
  [
    'leaves a kind',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*" }, kind: [user, runner]`, grants: WRITE }),
    [],
  ],
  ['leaves one kind of segment', policyText(GITPOD, { when: `subject: { glob: "${ORG}/user:*" }`, grants: WRITE }), []],
  [
    'leaves two wildcards, which only environments match',
    policyText(GITPOD, { when: `subject: { glob: "${ORG}/*/*" }`, grants: WRITE }),
    [],
  ],
  [
    'leaves kinds listed one by one',
    policyText(GITPOD, { when: `subject: [${ORG}/${USER}, ${PROJECT}]`, grants: WRITE }),
    [],
  ],
  ['leaves a whole organisation', policyText(GITPOD, { when: `subject: ${ORG}`, grants: WRITE }), []],
  ['leaves a deny', policyText(GITPOD, { effect: 'deny', when: `subject: { glob: "${ORG}/*" }`, grants: WRITE }), []],
]);

const granting = (grants: string, effect = 'allow'): string =>
  policyText(GITPOD, { effect, when: `subject: ${PROJECT}`, grants });

table('grant-everything', [
  ['finds every action', granting('[{ actions: ["*"], resources: ["secret/a/**"] }]'), ['8:26']],
  ['finds it behind others', granting('[{ actions: [read, "**"] }]'), ['8:32']],
  ['finds every resource', granting('[{ actions: [read], resources: ["**"] }]'), ['8:45']],
  ['finds every resource in other words', granting('[{ actions: [read], resources: ["a/*", "**/*"] }]'), ['8:52']],
  ['finds both once', granting('[{ actions: ["*"], resources: ["**"] }]'), ['8:26']],
  ['finds each grant', granting('[{ actions: ["*"] }, { actions: [read], resources: ["**"] }]'), ['8:26', '8:65']],
  ['leaves a deny', granting('[{ actions: ["*"], resources: ["**"] }]', 'deny'), []],
  ['leaves actions of a family', granting('[{ actions: ["secrets:*", "read*"] }]'), []],
  [
    'leaves resources of a folder',
    granting('[{ actions: [read], resources: ["secret/**", "*/public", "**/readme", "*"] }]'),
    [],
  ],
]);

table('shared-issuer-without-tenant', [
  ['finds Gitpod without a subject', policyText(GITPOD, {}), ['7:21']],
  ['finds Gitpod with a kind alone', policyText(GITPOD, { when: 'kind: user' }), ['7:21']],
  ['finds a glob of any organisation', policyText(GITPOD, { when: 'subject: { glob: "org:*/user:*" }' }), ['7:41']],
  [
    'finds a wildcard for it in a list',
    policyText(GITPOD, { when: `subject: [${PROJECT}, { glob: "*/prj:*/${ENV}" }]` }),
    [`7:${44 + PROJECT.length}`],
  ],
  [
    'finds GitHub with claims of anyone',
    policyText(GITHUB, { when: 'claims: { environment: release, ref: refs/heads/main }' }),
    ['7:21'],
  ],
  [
    'finds a repository of any owner',
    policyText(GITHUB, { when: 'claims: { repository: { glob: "*/deploy" } }' }),
    ['7:21'],
  ],
  ['finds any repository but one', policyText(GITHUB, { when: 'claims: { repository_id: { not: "1" } }' }), ['7:21']],
  [
    'finds a repository that is only there',
    policyText(GITHUB, { when: 'claims: { repository_id: { present: true } }' }),
    ['7:21'],
  ],
  [
    'finds GitLab with a url to be mended',
    policyText(issuer('https://GitLab.com/'), { when: 'claims: { ref: x }' }),
    ['7:21'],
  ],
  ['finds GitLab', policyText(issuer('https://gitlab.com'), { when: 'claims: { ref_protected: "true" }' }), ['7:21']],
  [
    'finds Google',
    policyText(issuer('https://accounts.google.com'), { when: 'claims: { email_verified: true }' }),
    ['7:21'],
  ],
  ['finds Microsoft', policyText(issuer('https://login.microsoftonline.com/common/v2.0'), {}), ['7:21']],
  [
    'finds HCP Terraform',
    policyText(issuer('https://app.terraform.io'), { when: 'claims: { terraform_run_phase: apply }' }),
    ['7:21'],
  ],
  ['finds Buildkite', policyText(issuer('https://agent.buildkite.com'), {}), ['7:21']],
  ['leaves a deny', policyText(GITPOD, { effect: 'deny' }), []],
  ['leaves an organisation', policyText(GITPOD, { when: `subject: ${ORG}, kind: user` }), []],
  [
    'leaves organisations that begin alike',
    policyText(GITPOD, { when: 'subject: { glob: "org:0191e223-*/user:*" }' }),
    [],
  ],
  ['leaves a Gitpod of one tenant', policyText(OWN_GITPOD, {}), []],
  ['leaves an owner', policyText(GITHUB, { when: 'claims: { repository_owner_id: "1" }' }), []],
  [
    'leaves repositories of an owner',
    policyText(GITHUB, { when: 'claims: { repository: { glob: "octo-org/*" } }' }),
    [],
  ],
  ['leaves an owner by pointer', policyText(GITHUB, { when: 'claims: { /repository_owner_id: "1" }' }), []],
  ['leaves a subject', policyText(GITHUB, { when: 'subject: repo:octo-org/octo-repo:environment:prod' }), []],
  [
    'leaves the issuer of one enterprise',
    policyText(issuer('https://token.actions.githubusercontent.com/octocat-inc'), {}),
    [],
  ],
  [
    'leaves a project of GitLab',
    policyText(issuer('https://gitlab.com'), { when: 'claims: { project_id: "22" }' }),
    [],
  ],
  ['leaves a GitLab of its own', policyText(issuer('https://gitlab.example.com'), {}), []],
  [
    'leaves a domain of Google',
    policyText(issuer('https://accounts.google.com'), { when: 'claims: { hd: example.com }' }),
    [],
  ],
  [
    'leaves a tenant of Microsoft',
    policyText(issuer('https://login.microsoftonline.com/8f1c2a54-51d1-4b0e-9a7b-2f4d6c0e3b19/v2.0'), {}),
    [],
  ],
]);

test('no rule is reported for both a shared issuer and any subject', () => {
  for (const text of [policyText(GITPOD, {}), policyText(GITHUB, {}), policyText(OWN, {}), policyText(OWN_GITPOD, {})])
    expect([...placesOf('subject-any', text), ...placesOf('shared-issuer-without-tenant', text)]).toEqual(['7:21']);
});

const accepting = (...audiences: readonly string[]): string =>
  policyText(`{ url: https://id.example.com, audiences: [${audiences.join(', ')}] }`, { when: 'subject: s' });

table('audience-is-issuer', [
  ['finds the same url', accepting('https://id.example.com'), ['2:58']],
  [
    'finds it where the url is to be mended',
    policyText('{ url: https://GitLab.com, audiences: [https://gitlab.com] }', { when: 'subject: s' }),
    ['2:54'],
  ],
  ['finds it with a slash', accepting('https://a.example.com', 'https://id.example.com/'), ['2:81']],
  ['leaves a path below it', accepting('https://id.example.com/secrets'), []],
  ['leaves another port', accepting('https://id.example.com:8443'), []],
  ['leaves the host alone', accepting('id.example.com'), []],
]);

table('audience-generic', [
  ['finds AWS', accepting('sts.amazonaws.com'), ['2:58']],
  ['finds Azure in any case', accepting('api://AzureADTokenExchange'), ['2:58']],
  ['finds a cluster', accepting('a', 'https://kubernetes.default.svc'), ['2:61']],
  ['finds a single audience', policyText('{ url: https://id.example.com, audiences: [vault] }', {}), ['2:58']],
  [
    'leaves longer names',
    accepting(
      'vault.example.com',
      'https://vault.example.com',
      'api-payments',
      'https://sts.amazonaws.com.example.com',
    ),
    [],
  ],
  [
    'leaves the issuer',
    policyText('{ url: https://kubernetes.default.svc, audiences: [https://kubernetes.default.svc] }', {}),
    [],
  ],
]);

const TWO = '{ url: https://id.example.com, audiences: [https://a.example.com, https://b.example.com] }';

table('no-audience-on-multi-audience-issuer', [
  ['finds a rule without one', policyText(TWO, { when: 'subject: s' }), ['7:21']],
  ['leaves one audience', policyText(TWO, { when: 'subject: s, audience: https://a.example.com' }), []],
  [
    'leaves all of them, named',
    policyText(TWO, { when: 'subject: s, audience: [https://a.example.com, https://b.example.com]' }),
    [],
  ],
  ['leaves a deny', policyText(TWO, { effect: 'deny', when: 'subject: s' }), []],
  ['leaves an issuer with one', policyText(OWN, { when: 'subject: s' }), []],
]);

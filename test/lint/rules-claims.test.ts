/** Rules about claims: what is reported, where, and above all what is not. */
import { describe, expect, test } from '@jest/globals';
import { placesOf } from './places.ts';

interface Given {
  readonly issuer?: string;
  readonly effect?: string;
  readonly subject?: string;
}

/** A policy with one rule; its first claim stands in line 14. */
const policy = (claims: readonly string[], { issuer = 'forge', effect = 'allow', subject }: Given = {}): string =>
  [
    '# yaml-language-server: $schema=.policy.schema.json',
    'version: 1',
    'issuers:',
    '  forge: { url: https://git.example.com, audiences: [https://secrets.example.com] }',
    '  gitpod: { url: https://app.gitpod.io, subject: [gitpod, gitpod-v3], audiences: [https://secrets.example.com] }',
    'rules:',
    '  - id: only',
    '    description: A rule.',
    `    effect: ${effect}`,
    '    grants: [{ actions: [read] }]',
    '    when:',
    `      issuer: ${issuer}`,
    '      claims:',
    ...claims.map((claim) => `        ${claim}`),
    ...(subject === undefined ? [] : [`      subject: ${subject}`]),
    '',
  ].join('\n');

type Case = readonly [name: string, claims: readonly string[], given: Given, places: readonly string[]];

const table = (id: string, cases: readonly Case[]): void => {
  describe(id, () => {
    test.each(cases)('%s', (_name, claims, given, places) => {
      expect(placesOf(id, policy(claims, given))).toEqual(places);
    });
  });
};

const PRJ = 'org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198';

table('email-without-email-verified', [
  ['finds one address', ['email: a@example.com'], {}, ['14:9']],
  ['finds a list of addresses', ['email: [a@example.com, b@example.com]'], {}, ['14:9']],
  ['finds a pattern of addresses', ['email: { glob: "*@example.com" }'], {}, ['14:9']],
  ['finds a pointer to it', ['/email: a@example.com'], {}, ['14:9']],
  ['finds it behind another claim', ['team: a', '"email": a@example.com'], {}, ['15:9']],
  ['finds it where another issuer is named too', ['email: a@example.com'], { issuer: '[gitpod, forge]' }, ['14:9']],
  ['finds one beside `email_verified: false`', ['email: a@example.com', 'email_verified: false'], {}, ['14:9']],
  ['finds one where either will do', ['email: a@example.com', 'email_verified: [true, false]'], {}, ['14:9']],
  [
    'finds one where it need only be there',
    ['email: a@example.com', 'email_verified: { present: true }'],
    {},
    ['14:9'],
  ],
  [
    'finds one where only falsehood is excluded',
    ['email: a@b.example', 'email_verified: { not: false }'],
    {},
    ['14:9'],
  ],
  ['says nothing of a verified one', ['email: a@example.com', 'email_verified: true'], {}, []],
  ['says nothing where the issuer says it in words', ['email: a@example.com', 'email_verified: "true"'], {}, []],
  ['says nothing where it says either', ['email: a@example.com', 'email_verified: [true, "true"]'], {}, []],
  ['says nothing where a pointer says so', ['email: a@example.com', '/email_verified: true'], {}, []],
  ['says nothing of a deny', ['email: a@example.com'], { effect: 'deny' }, []],
  ['says nothing of a named subject', ['email: a@example.com'], { subject: 'ada' }, []],
  ['says nothing where any address will do', ['email: { present: true }'], {}, []],
  ['says nothing where every address will do', ['email: { glob: "*" }'], {}, []],
  ['says nothing where an address is excluded', ['email: { not: a@example.com }'], {}, []],
  ['says nothing of another claim', ['creator_email: a@example.com'], {}, []],
  ['says nothing of an address deeper down', ['/commit/email: a@example.com'], {}, []],
  ['says nothing of Gitpod', ['email: a@example.com'], { issuer: 'gitpod', subject: PRJ }, []],
  ['says nothing of Gitpod without a subject', ['email: a@example.com'], { issuer: 'gitpod' }, []],
]);

table('mutable-claim', [
  ['finds a repository', ['repository: a/b'], {}, ['14:9']],
  ['finds a pattern of repositories', ['repository: { glob: "a/*" }'], {}, ['14:9']],
  ['finds a pointer to it', ['/repository: a/b'], {}, ['14:9']],
  ['finds each', ['repository: a/b', 'ref: main', 'repository_owner: a'], {}, ['14:9', '16:9']],
  ['finds a project', ['project_path: a/b'], {}, ['14:9']],
  ['finds a namespace', ['namespace_path: a'], {}, ['14:9']],
  ['finds a person', ['preferred_username: ada'], {}, ['14:9']],
  ['finds other names of people', ['name: Ada', 'upn: ada@example.com'], {}, ['14:9', '15:9']],
  ['finds it where the id need only be there', ['repository: a/b', 'repository_id: { present: true }'], {}, ['14:9']],
  ['finds it where an id is excluded', ['repository: a/b', 'repository_id: { not: "1" }'], {}, ['14:9']],
  ['finds it where the subject is another thing', ['repository: a/b'], { subject: '"repo:a/b:ref:main"' }, ['14:9']],
  ['says nothing beside the id', ['repository: a/b', 'repository_id: "1"'], {}, []],
  ['says nothing beside a list of ids', ['repository: [a/b, a/c]', 'repository_id: ["1", "2"]'], {}, []],
  ['says nothing beside a pointer to the id', ['repository: a/b', '/repository_id: "1"'], {}, []],
  ['says nothing beside the id of the owner', ['repository: a/b', 'repository_owner_id: "1"'], {}, []],
  ['says nothing of an owner beside the repository', ['repository_owner: a', 'repository_id: "1"'], {}, []],
  ['says nothing of a project beside its namespace', ['project_path: a/b', 'namespace_id: "1"'], {}, []],
  ['says nothing of a namespace beside a project', ['namespace_path: a', 'project_id: "1"'], {}, []],
  ['says nothing of a person that is the subject', ['preferred_username: ada'], { subject: 'ada' }, []],
  ['says nothing of a person beside an object id', ['upn: ada@example.com', 'oid: abc'], {}, []],
  ['says nothing of a deny', ['repository: a/b'], { effect: 'deny' }, []],
  ['says nothing of what is excluded', ['repository: { not: a/b }'], {}, []],
  ['says nothing of what need only be there', ['repository: { present: true }'], {}, []],
  ['says nothing where every name will do', ['repository: { glob: "*/*" }'], {}, []],
  ['says nothing of a claim deeper down', ['/commit/repository: a/b'], {}, []],
  ['says nothing of other names', ['job_workflow_ref: a/b/.github/workflows/c.yml@main', 'team: a'], {}, []],
  ['says nothing of Gitpod', ['repository: a/b'], { issuer: 'gitpod', subject: PRJ }, []],
]);

table('user-controlled-claim', [
  ['finds a branch', ['ref: main'], {}, ['14:9']],
  ['finds a workflow', ['workflow: deploy'], {}, ['14:9']],
  ['finds several, at the first', ['head_ref: a', 'base_ref: main', 'event_name: push'], {}, ['14:9']],
  ['finds a pointer to one', ['/ref: main'], {}, ['14:9']],
  ['finds a pattern', ['ref: { glob: "refs/heads/*" }'], {}, ['14:9']],
  ['finds one that is excluded', ['actor: { not: mallory }'], {}, ['14:9']],
  ['finds the context of any environment', ['context: a/b'], { issuer: 'gitpod' }, ['14:9']],
  ['says nothing beside an id', ['ref: main', 'repository_id: "1"'], {}, []],
  ['says nothing beside a name', ['ref: main', 'repository: a/b'], {}, []],
  ['says nothing beside a claim it does not know', ['ref: main', 'squad: a'], {}, []],
  ['says nothing beside a claim of that name deeper down', ['ref: main', '/pipeline/ref: main'], {}, []],
  ['says nothing beside a subject', ['ref: main'], { subject: '"project:1"' }, []],
  ['says nothing beside a project', ['context: a/b'], { issuer: 'gitpod', subject: PRJ }, []],
  ['says nothing of a deny', ['ref: main'], { effect: 'deny' }, []],
  ['says nothing of a called workflow', ['job_workflow_ref: a/b/.github/workflows/c.yml@main'], {}, []],
  ['says nothing of another letter case', ['Ref: main'], {}, []],
]);

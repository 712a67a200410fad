import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEngine, type Decision, type Engine } from '../../src/engine/index.ts';
import { createTestIssuer, type TestIssuer } from '../../src/idp/testing.ts';
import { policyOf } from './policies.ts';

const AUDIENCE = 'https://secrets.example.com';

const rules = [
  { id: 'anybody-of-acme', subject: 'org:acme', grants: [{ actions: ['read'], resources: ['secret/shared/**'] }] },
  { id: 'payments', subject: 'org:acme/prj:pay', grants: [{ actions: ['read'], resources: ['secret/payments/**'] }] },
  { id: 'one-environment', subject: 'org:acme/prj:pay/env:e', grants: [{ actions: ['deploy'] }] },
  { id: 'free-environment', subject: 'org:acme/env:e', grants: [{ actions: ['preview'] }] },
  { id: 'users', subject: 'org:acme', kind: 'user', grants: [{ actions: ['approve'] }] },
  { id: 'runners', subject: 'org:acme', kind: 'runner', grants: [{ actions: ['start'] }] },
  { id: 'service-accounts', subject: 'org:acme/sa:ci', grants: [{ actions: ['publish'] }] },
  {
    id: 'own-project',
    subject: 'org:acme',
    grants: [{ actions: ['write'], resources: ['secret/by-project/${subject.project}/**'] }],
  },
].map(({ id, subject, kind, grants }) => ({
  id,
  effect: 'allow',
  when: { issuer: 'gitpod', subject, ...(kind === undefined ? {} : { kind }) },
  grants,
}));

let issuer: TestIssuer;
let engine: Engine;

beforeAll(async () => {
  issuer = await createTestIssuer();
  const gitpod = { url: issuer.url, subject: ['gitpod', 'gitpod-v3'], audiences: [AUDIENCE] };
  engine = await createEngine({ policies: policyOf({ issuers: { gitpod }, rules }), fetch: issuer.fetch });
});

afterAll(() => engine.close());

const decide = async (claims: object, request?: object): Promise<Decision> =>
  engine.authorize(await issuer.token({ aud: AUDIENCE, ...claims }), request);

/** Tokens of the newer version: `aud` is an array, and `sub` is for people. */
const newer = (claims: object): object => ({
  aud: [AUDIENCE],
  sub: `organization_id:acme:note:a:b/c:${Object.keys(claims).join(':')}`,
  organization_id: 'acme',
  ...claims,
});

const requests = {
  shared: { action: 'read', resource: 'secret/shared/a' },
  payments: { action: 'read', resource: 'secret/payments/a' },
  project: { action: 'write', resource: 'secret/by-project/pay/a' },
  'project of others': { action: 'write', resource: 'secret/by-project/other/a' },
  deploy: { action: 'deploy' },
  preview: { action: 'preview' },
  approve: { action: 'approve' },
  start: { action: 'start' },
  publish: { action: 'publish' },
};

interface Form {
  readonly name: string;
  readonly path: string;
  readonly kind: string;
  readonly claims: readonly object[];
  readonly allowed: readonly (keyof typeof requests)[];
}

/** Each with every way in which a token can say it. */
const forms: readonly Form[] = [
  {
    name: 'a user',
    path: 'org:acme/user:ada',
    kind: 'user',
    claims: [
      { sub: 'org:acme/user:ada' },
      { sub: 'org:acme/user:ada', org: 'acme' },
      newer({ user_id: 'ada' }),
      newer({ user_id: 'ada', sub: 'org:acme/user:ada', org: 'acme' }),
    ],
    allowed: ['shared', 'approve'],
  },
  {
    name: 'a runner',
    path: 'org:acme/rnr:r',
    kind: 'runner',
    claims: [{ sub: 'org:acme/rnr:r', org: 'acme' }, newer({ runner_id: 'r' })],
    allowed: ['shared', 'start'],
  },
  {
    name: 'an environment without a project',
    path: 'org:acme/env:e',
    kind: 'environment',
    claims: [
      { sub: 'org:acme/env:e', org: 'acme' },
      newer({ environment_id: 'e' }),
      newer({ environment_id: 'e', runner_id: 'r', creator_id: 'ada', creator_email: 'ada@example.com' }),
    ],
    allowed: ['shared', 'preview'],
  },
  {
    name: 'an environment of a project',
    path: 'org:acme/prj:pay/env:e',
    kind: 'environment',
    claims: [
      { sub: 'org:acme/prj:pay/env:e', org: 'acme' },
      newer({ project_id: 'pay', environment_id: 'e' }),
      newer({ project_id: 'pay', environment_id: 'e', runner_id: 'r', creator_id: 'ada' }),
    ],
    allowed: ['shared', 'payments', 'project', 'deploy'],
  },
  {
    name: 'another environment of the project',
    path: 'org:acme/prj:pay/env:e2',
    kind: 'environment',
    claims: [{ sub: 'org:acme/prj:pay/env:e2' }, newer({ project_id: 'pay', environment_id: 'e2' })],
    allowed: ['shared', 'payments', 'project'],
  },
  {
    name: 'a service account',
    path: 'org:acme/sa:ci',
    kind: 'service-account',
    claims: [newer({ service_account_id: 'ci' })],
    allowed: ['shared', 'publish'],
  },
];

describe.each(forms)('$name', ({ path, kind, claims, allowed }) => {
  const ways = claims.map((said) => [JSON.stringify(said), said] as const);
  const segments = path.split('/').map((segment) => {
    const [name, id] = segment.split(':');
    return { kind: name, id };
  });

  test.each(ways)('is the principal of %s', async (_name, said) => {
    expect((await decide(said)).principal).toEqual({ kind, path, segments });
  });

  test.each(ways)('gets what its rules grant, and nothing else, with %s', async (_name, said) => {
    const got: string[] = [];
    for (const [name, request] of Object.entries(requests)) {
      const { effect, reasons } = await decide(said, request);
      if (effect === 'allow') got.push(name);
      else expect(reasons[0].code).toBe('no_grant_for_request');
    }
    expect(got).toEqual(allowed);
  });

  test('gets the same decision whichever version says so', async () => {
    const plain = await Promise.all(claims.map((said) => decide(said)));
    const essence = plain.map(({ effect, reasons, principal, grants, denied }) => ({
      effect,
      reasons,
      principal,
      grants,
      denied,
    }));
    expect(essence).toEqual(essence.map(() => essence[0]));
  });
});

describe('a token of an organisation that only looks like the trusted one is no part of it', () => {
  const lookAlikes = ['acme2', 'acme-', 'acme.', 'acm', 'ACME', 'Acme', 'acme~evil', 'a.cme', 'aacme'];

  test.each(
    lookAlikes.flatMap((org): [string, object][] => [
      [`user of ${org}`, { sub: `org:${org}/user:ada`, org }],
      [`runner of ${org}`, { sub: `org:${org}/rnr:r`, org }],
      [`environment of ${org}`, { sub: `org:${org}/env:e`, org }],
      [`environment of a project of ${org}`, { sub: `org:${org}/prj:pay/env:e`, org }],
      [
        `environment of ${org}, in the newer form`,
        newer({ organization_id: org, project_id: 'pay', environment_id: 'e' }),
      ],
      [`service account of ${org}`, newer({ organization_id: org, service_account_id: 'ci' })],
    ]),
  )('%s', async (_name, said) => {
    for (const request of [undefined, ...Object.values(requests)]) {
      const { effect, reasons, grants } = await decide(said, request);
      expect({ effect, code: reasons[0].code, grants }).toEqual({
        effect: 'deny',
        code: 'no_rule_for_subject',
        grants: [],
      });
    }
  });
});

describe('a token is denied where its claims', () => {
  test.each<[name: string, code: string, claims: object]>([
    ['have an organisation with a slash', 'subject_malformed', { sub: 'org:acme/x/env:e' }],
    ['have an organisation spelt with an escape', 'subject_malformed', { sub: 'org:acme%2Fx/env:e' }],
    ['have an organisation in full-width letters', 'subject_malformed', { sub: 'org:ａｃｍｅ/env:e' }],
    ['have an empty organisation', 'subject_malformed', { sub: 'org:/env:e' }],
    ['name only an organisation', 'subject_malformed', { sub: 'org:acme', org: 'acme' }],
    ['name only a project', 'subject_malformed', { sub: 'org:acme/prj:pay', org: 'acme' }],
    ['name a service account in the older form', 'subject_malformed', { sub: 'org:acme/sa:ci' }],
    ['have the older path in the wrong order', 'subject_malformed', { sub: 'env:e/org:acme' }],
    [
      'have no organisation in the newer form',
      'subject_malformed',
      newer({ organization_id: undefined, user_id: 'ada' }),
    ],
    [
      'name a principal in the newer `sub` alone',
      'subject_malformed',
      newer({ sub: 'organization_id:acme:user_id:ada' }),
    ],
    ['name a user and a runner', 'subject_malformed', newer({ user_id: 'ada', runner_id: 'r' })],
    ['name a user and an environment', 'subject_malformed', newer({ user_id: 'ada', environment_id: 'e' })],
    ['name a project without an environment', 'subject_malformed', newer({ project_id: 'pay' })],
    ['name a user of a project', 'subject_malformed', newer({ project_id: 'pay', user_id: 'ada' })],
    ['name an environment by a number', 'subject_malformed', newer({ environment_id: 1 })],
    ['name an environment by null beside a user', 'subject_malformed', newer({ environment_id: null, user_id: 'ada' })],
    ['put a path in an id', 'subject_malformed', newer({ environment_id: 'e/../x' })],
    [
      'name an organisation by a path',
      'subject_malformed',
      newer({ organization_id: 'acme/prj:pay', environment_id: 'e' }),
    ],
    ['contradict each other in `org`', 'subject_inconsistent', { sub: 'org:acme/user:ada', org: 'acme2' }],
    [
      'name one organisation in each form',
      'subject_inconsistent',
      newer({ sub: 'org:acme2/user:ada', user_id: 'ada' }),
    ],
    ['name one user in each form', 'subject_inconsistent', newer({ sub: 'org:acme/user:bob', user_id: 'ada' })],
    [
      'name the project in one form only',
      'subject_inconsistent',
      newer({ sub: 'org:acme/env:e', project_id: 'pay', environment_id: 'e' }),
    ],
  ])('%s', async (_name, code, said) => {
    const decision = await decide(said);
    expect(decision.reasons.map((reason) => reason.code)).toEqual([code]);
    expect(decision).toMatchObject({ effect: 'deny', grants: [] });
    expect(decision).not.toHaveProperty('principal');
  });
});

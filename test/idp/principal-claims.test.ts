import { expect, test } from '@jest/globals';
import { gitpodClaims, type GitpodClaimsOptions } from '../../src/idp/principal-claims.ts';

const base = { issuer: 'https://app.gitpod.io', audience: ['example.org'], organization: 'o', now: 1_740_514_245 };
const registered = { iss: 'https://app.gitpod.io', iat: 1_740_514_245, exp: 1_740_517_845 };

test('makes the claims of a real token, in their order', () => {
  const claims = gitpodClaims({
    ...base,
    version: 'v1',
    organization: '0191e223-1c3c-7607-badf-303c98b52d2f',
    project: '019527e4-75d5-704d-a5a4-a2b52cf56198',
    environment: '019527e4-75d5-704d-a5a4-a2b52cf56196',
    ttl: 3600,
  });
  expect(JSON.stringify(claims)).toBe(
    '{"aud":"example.org","exp":1740517845,"iat":1740514245,"iss":"https://app.gitpod.io","org":"0191e223-1c3c-7607-badf-303c98b52d2f","sub":"org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198/env:019527e4-75d5-704d-a5a4-a2b52cf56196"}',
  );
});

type Given = Partial<Record<keyof GitpodClaimsOptions, unknown>>;
const make = (given: Given): Record<string, unknown> =>
  gitpodClaims({ version: 'v1', ...base, ...given } as GitpodClaimsOptions);

test.each<[string, Given, Record<string, unknown>]>([
  ['a user', { user: 'u' }, { sub: 'org:o/user:u' }],
  ['a runner', { runner: 'r' }, { sub: 'org:o/rnr:r' }],
  ['an environment', { environment: 'e' }, { sub: 'org:o/env:e' }],
  ['an environment of a project', { project: 'p', environment: 'e' }, { sub: 'org:o/prj:p/env:e' }],
  [
    'another lifetime and a fraction of now',
    { user: 'u', ttl: 60, now: 100.9 },
    { sub: 'org:o/user:u', iat: 100, exp: 160 },
  ],
  ['further claims', { user: 'u', extra: { a: 1, gone: undefined } }, { sub: 'org:o/user:u', a: 1 }],
])('makes a v1 token of %s', (_, given, expected) => {
  expect(make(given)).toStrictEqual({ ...registered, aud: 'example.org', org: 'o', ...expected });
});

test.each<[string, Given, Record<string, unknown>]>([
  ['a user', { user: 'u' }, { user_id: 'u', sub: 'organization_id:o:user_id:u' }],
  ['a runner', { runner: 'r' }, { runner_id: 'r', sub: 'organization_id:o:runner_id:r' }],
  [
    'a service account',
    { serviceAccount: 's' },
    { service_account_id: 's', sub: 'organization_id:o:service_account_id:s' },
  ],
  ['an environment', { environment: 'e' }, { environment_id: 'e', sub: 'organization_id:o:environment_id:e' }],
  [
    'an environment of a project on a runner',
    { project: 'p', environment: 'e', runner: 'r' },
    { project_id: 'p', environment_id: 'e', runner_id: 'r', sub: 'organization_id:o:project_id:p' },
  ],
  [
    'several audiences',
    { user: 'u', audience: ['a', 'b'] },
    { aud: ['a', 'b'], user_id: 'u', sub: 'organization_id:o:user_id:u' },
  ],
  [
    'a subject of fields that its operator chose',
    {
      environment: 'e',
      extra: { creator_email: 'a:b@x' },
      subjectFields: ['organization_id', 'environment_id', 'creator_email'],
    },
    { environment_id: 'e', creator_email: 'a:b@x', sub: 'organization_id:o:environment_id:e:creator_email:a:b@x' },
  ],
  [
    'a claim named like a prototype',
    { user: 'u', extra: JSON.parse('{"__proto__":1}') },
    { user_id: 'u', sub: 'organization_id:o:user_id:u', ['__proto__']: 1 },
  ],
])('makes a v3 token of %s', (_, given, expected) => {
  const claims = make({ version: 'v3', ...given });
  expect(claims).toStrictEqual({ ...registered, aud: ['example.org'], organization_id: 'o', ...expected });
  expect(Object.keys(claims)).toEqual(Object.keys(claims).sort());
});

test.each<[Given, string]>([
  [{}, 'one of environment, user, runner is needed'],
  [{ user: 'u', runner: 'r' }, 'only one of environment, user, runner may be given, not user and runner'],
  [{ user: 'u', environment: 'e' }, 'only one of environment, user, runner may be given, not environment and user'],
  [{ environment: 'e', runner: 'r' }, 'only one of environment, user, runner may be given, not environment and runner'],
  [{ project: 'p' }, 'project needs environment'],
  [{ project: 'p', user: 'u' }, 'project needs environment'],
  [{ serviceAccount: 's' }, 'serviceAccount needs version v3'],
  [{ user: 'u', subjectFields: ['org'] }, 'subjectFields needs version v3'],
  [{ user: 'u', audience: ['a', 'b'] }, 'a token of version v1 has exactly one audience'],
  [{ user: 'u', audience: [] }, 'audience must be 1 to 64 different names'],
  [{ version: 'v3', user: 'u', audience: ['a', 'a'] }, 'audience must be 1 to 64 different names'],
  [{ user: 'u', audience: [''] }, 'an audience must be a string that is not empty'],
  [{ version: 'v3' }, 'one of environment, user, runner, serviceAccount is needed'],
  [
    { version: 'v3', user: 'u', serviceAccount: 's' },
    'only one of environment, user, runner, serviceAccount may be given, not user and serviceAccount',
  ],
  [
    { version: 'v3', environment: 'e', user: 'u' },
    'only one of environment, user, serviceAccount may be given, not environment and user',
  ],
  [
    { version: 'v3', user: 'u', subjectFields: ['project_id'] },
    'subjectFields names project_id, which is no string claim of the token',
  ],
  [{ version: 'v3', user: 'u', subjectFields: [] }, 'subjectFields must name at least one claim'],
  [{ version: 'v3', user: 'u', extra: { project_id: 'p' } }, 'extra cannot set the claim project_id'],
  [{ user: 'u', extra: { exp: 1 } }, 'extra cannot set the claim exp'],
  [{ user: 'u', ttl: 0 }, 'ttl must be a whole number of seconds above 0'],
  [{ user: 'u', ttl: 1.5 }, 'ttl must be a whole number of seconds above 0'],
  [{ user: 'u', now: Number.NaN }, 'now must be seconds since the epoch'],
  [{ user: 'u', issuer: '' }, 'issuer must be a url'],
  [{ user: 'u', version: 'v2' }, 'version must be v1 or v3'],
])('refuses %j', (given, message) => {
  expect(() => make(given)).toThrow(new RangeError(message));
});

test.each(['', '.', '..', 'a/b', 'a:b', 'a b', 'é', 'a\n', 'x'.repeat(129), undefined, null, 5])(
  'refuses the id %j',
  (id) => {
    for (const version of ['v1', 'v3'] as const) {
      expect(() => make({ version, user: 'u', organization: id })).toThrow(/^organization must be 1 to 128 of/u);
      if (id !== undefined) expect(() => make({ version, user: id })).toThrow(/^user must be 1 to 128 of/u);
    }
  },
);

test.each(['a', '...', 'A-Z_0.9~', 'x'.repeat(128)])('takes the id %j', (user) => {
  expect(make({ user })['sub']).toBe(`org:o/user:${user}`);
});

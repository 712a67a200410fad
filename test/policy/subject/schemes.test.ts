import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NoPrincipal, Principal } from '../../../src/policy/subject/principal.ts';
import type { SubjectPattern } from '../../../src/policy/subject/scheme.ts';
import { principalUnder, subjectSchemes } from '../../../src/policy/subject/schemes.ts';
import { readPrincipal } from '../subject-oracle.ts';
import { runsOf } from '../../runs.ts';

const runs = { numRuns: runsOf() };
const under = (names: readonly string[], claims: object): Principal | NoPrincipal =>
  principalUnder(
    names.map((name) => subjectSchemes.get(name)!),
    claims as Record<string, unknown>,
  );
const said = (principal: Principal | NoPrincipal): string =>
  typeof principal === 'string' ? principal : `${principal.kind} ${principal.path}`;

const O = { organization_id: 'O' };
const long = 'a'.repeat(128);

describe('the principal of a token', () => {
  test.each<[scheme: string, claims: object, expected: string]>([
    ['gitpod', { sub: 'org:O/user:U' }, 'user org:O/user:U'],
    ['gitpod', { sub: 'org:O/rnr:R' }, 'runner org:O/rnr:R'],
    ['gitpod', { sub: 'org:O/env:E' }, 'environment org:O/env:E'],
    ['gitpod', { sub: 'org:O/prj:P/env:E' }, 'environment org:O/prj:P/env:E'],
    ['gitpod', { sub: `org:O/user:${long}` }, `user org:O/user:${long}`],
    ['gitpod', { sub: 'org:O/user:U', org: 'O' }, 'user org:O/user:U'],
    ['gitpod', { sub: 'org:O/user:U', org: 'o' }, 'subject_inconsistent'],
    ['gitpod', { sub: 'org:O/user:U', org: null }, 'subject_inconsistent'],
    ['gitpod', { sub: 'org:O/sa:S' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/prj:P' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:U/env:E' }, 'subject_malformed'],
    ['gitpod', { sub: `org:O/user:${long}a` }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:..' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:.' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/userU' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/:U' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:U ' }, 'subject_malformed'],
    ['gitpod', { sub: 'org:O/user:U\n' }, 'subject_malformed'],
    ['gitpod', { sub: ['org:O/user:U'] }, 'subject_malformed'],
    ['gitpod', {}, 'subject_malformed'],
    ['gitpod-v3', { ...O, user_id: 'U' }, 'user org:O/user:U'],
    ['gitpod-v3', { ...O, runner_id: 'R' }, 'runner org:O/rnr:R'],
    ['gitpod-v3', { ...O, service_account_id: 'S' }, 'service-account org:O/sa:S'],
    ['gitpod-v3', { ...O, environment_id: 'E' }, 'environment org:O/env:E'],
    ['gitpod-v3', { ...O, project_id: 'P', environment_id: 'E' }, 'environment org:O/prj:P/env:E'],
    ['gitpod-v3', { ...O, environment_id: 'E', runner_id: 'R' }, 'environment org:O/env:E'],
    ['gitpod-v3', { ...O, environment_id: 'E', runner_id: '' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, environment_id: 'E', user_id: 'U' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, environment_id: 'E', service_account_id: 'S' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, environment_id: null, user_id: 'U' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, environment_id: 'E', project_id: null }, 'subject_malformed'],
    ['gitpod-v3', { ...O, project_id: 'P', user_id: 'U' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, project_id: 'P' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, user_id: 'U', runner_id: 'R' }, 'subject_malformed'],
    ['gitpod-v3', { ...O, user_id: 'U/env:E' }, 'subject_malformed'],
    ['gitpod-v3', { organization_id: 'O/prj:P', environment_id: 'E' }, 'subject_malformed'],
    ['gitpod-v3', { environment_id: 'E' }, 'subject_malformed'],
    ['gitpod-v3', { user_id: 'U' }, 'subject_malformed'],
    ['gitpod-v3', O, 'subject_malformed'],
    ['opaque', { sub: 'repo:a/b' }, 'subject repo:a/b'],
    ['opaque', { sub: '' }, 'subject_malformed'],
    ['opaque', { sub: 1 }, 'subject_malformed'],
    ['opaque', {}, 'subject_malformed'],
  ])('under %s of %j is %s', (scheme, claims, expected) => {
    const principal = under([scheme], claims);
    expect(said(principal)).toBe(expected);
    if (typeof principal === 'string') return;
    const path = scheme === 'opaque' ? `subject:${principal.path}` : principal.path;
    expect(principal.segments.map(({ kind, id }) => `${kind}:${id}`).join('/')).toBe(path);
  });

  test.each<[claims: object, expected: string]>([
    [{ sub: 'org:O/user:U', ...O, user_id: 'U' }, 'user org:O/user:U'],
    [{ sub: 'org:O/user:U' }, 'user org:O/user:U'],
    [{ sub: 'x', ...O, user_id: 'U' }, 'user org:O/user:U'],
    [{ sub: 'org:O/user:U', ...O, user_id: 'V' }, 'subject_inconsistent'],
    [{ sub: 'org:O/user:U', org: 'P', ...O, user_id: 'U' }, 'subject_inconsistent'],
    [{ sub: 'x' }, 'subject_malformed'],
  ])('under both gitpod schemes of %j is %s', (claims, expected) => {
    expect(said(under(['gitpod', 'gitpod-v3'], claims))).toBe(expected);
    expect(said(under(['gitpod-v3', 'gitpod'], claims))).toBe(expected);
  });

  test('is not made of what claims inherit', () => {
    const claims = (of: object): object => Object.create(of) as object;
    expect(under(['gitpod'], claims({ sub: 'org:O/user:U' }))).toBe('subject_malformed');
    expect(under(['gitpod-v3'], claims({ ...O, user_id: 'U' }))).toBe('subject_malformed');
    expect(under(['opaque'], claims({ sub: 'U' }))).toBe('subject_malformed');
    expect(said(under(['gitpod'], Object.assign(claims({ org: 'P' }), { sub: 'org:O/rnr:R' })))).toContain('runner');
  });

  const ids = fc.constantFrom('O', 'P', 'a-b_c~d.e', '..', '.', '', 'a/b', 'a:b', 'é', `${long}a`, 1, null);
  const subs = fc.oneof(
    ids,
    fc
      .array(fc.tuple(fc.constantFrom('org', 'prj', 'env', 'user', 'rnr', 'sa', 'x'), ids), { maxLength: 4 })
      .map((parts) => parts.map(([kind, id]) => `${kind}:${String(id)}`).join('/')),
    fc.constantFrom('org:O/user:O', 'org:O/env:P', 'org:O/prj:P/env:O', 'org:P/sa:O', 'org:P/rnr:P'),
  );
  const claims = fc.record(
    {
      ...{ sub: subs, org: ids, organization_id: ids, project_id: ids, environment_id: ids },
      ...{ user_id: ids, runner_id: ids, service_account_id: ids },
    },
    { requiredKeys: [] },
  );
  const schemes = fc.subarray([...subjectSchemes.keys()], { minLength: 1 });

  test('is the one that the words of the language say', () => {
    fc.assert(
      fc.property(schemes, claims, (names, given) => {
        const expected = readPrincipal(names, given);
        const principal = under(names, given);
        expect(typeof principal === 'string' ? principal : { kind: principal.kind, path: principal.path }).toEqual(
          expected,
        );
      }),
      runs,
    );
  });
});

describe('a path', () => {
  test.each([
    ['gitpod', ['org:O', 'env:E']],
    ['gitpod-v3', ['org:O', 'env:E']],
    ['opaque', ['org:O/env:E']],
  ])('is compared under %s as %j', (name, segments) => {
    expect(subjectSchemes.get(name)?.split('org:O/env:E')).toEqual(segments);
  });
});

describe('a pattern that no principal can match', () => {
  test.each<[scheme: string, pattern: SubjectPattern, message: string, help: string]>([
    ['gitpod', { equals: 'org:A/prj:P' }, 'no Gitpod principal equals `org:A/prj:P`', 'principals are `org:<id>/user:'],
    [
      'gitpod',
      { prefix: 'org:A/x:B' },
      'no Gitpod principal begins with `org:A/x:B`',
      'principals are `org:<id>/user:',
    ],
    ['gitpod', { glob: 'org:*/x:*' }, 'no Gitpod principal matches `org:*/x:*`', 'principals are `org:<id>/user:'],
    ['gitpod', { glob: 'org:*' }, 'no Gitpod principal matches', 'principals are'],
    ['gitpod', { glob: '*/*/*/*' }, 'no Gitpod principal matches', 'principals are'],
    ['gitpod', { glob: 'org:A/*/*/**' }, 'no Gitpod principal matches', 'principals are'],
    ['gitpod', { prefix: 'org:A//env:E' }, '`org:A//env:E` has an empty segment', 'joined by single `/`'],
    ['gitpod', { prefix: 'org:A/env:' }, 'the segment `env:` has an empty id', 'an id is 1 to 128'],
    ['gitpod', { prefix: 'org' }, '`org` is not a segment', 'an id is 1 to 128'],
    ['gitpod', { prefix: 'Org:A' }, '`Org:A` is not a segment', 'an id is 1 to 128'],
    ['gitpod', { prefix: 'orG:A' }, '`orG:A` is not a segment', 'an id is 1 to 128'],
    ['gitpod', { glob: 'org/user:*' }, '`org` is not a segment', 'principals are'],
    ['gitpod', { glob: 'Xorg:*/user:*' }, '`Xorg:*` is not a segment', 'principals are'],
    ['gitpod', { glob: 'orgX:*/user:*' }, '`orgX:*` is not a segment', 'principals are'],
    ['gitpod', { glob: 'org:*/**/env:E' }, '`**` may only be the last segment', 'use `*` for one segment'],
    ['gitpod', { prefix: 'org:*' }, '`org:*` has a wildcard', 'write `{ glob: … }`'],
    ['opaque', { glob: 'a*' }, 'an opaque subject is one value', 'name the subjects in a list'],
  ])('is refused under %s with why and what to do: %j', (scheme, pattern, message, help) => {
    const problem = subjectSchemes.get(scheme)?.checkPattern(pattern);
    expect(problem?.message).toContain(message);
    expect(problem?.help).toContain(help);
  });

  test.each<[pattern: SubjectPattern]>([
    [{ glob: '*/*' }],
    [{ glob: '**' }],
    [{ glob: 'org:A/**' }],
    [{ glob: 'org:*/*/env:*' }],
    [{ glob: 'org:*/prj:P/**' }],
    [{ prefix: 'org:A/prj:P' }],
    [{ equals: 'org:A/sa:S' }],
  ])('is another than %j', (pattern) => {
    expect(subjectSchemes.get('gitpod')?.checkPattern(pattern)).toBeUndefined();
  });
});

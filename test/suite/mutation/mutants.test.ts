import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { mutantsOf } from '../../../src/suite/mutation/mutants.ts';

/** The mutants of a policy of one rule: what each does, and the parts of the rule that it changes. */
function mutantsOfRule(rule: object): readonly (readonly [operator: string, description: string])[] {
  const document = {
    version: 1,
    issuers: {
      gitpod: { url: 'https://app.gitpod.io', subject: ['gitpod', 'gitpod-v3'], audiences: ['a', 'b'] },
      other: { url: 'https://other.example', audiences: ['a'] },
    },
    rules: [{ id: 'one', ...rule }],
  };
  const { policy, diagnostics } = parsePolicy([{ file: 'trust.yaml', text: JSON.stringify(document) }]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return mutantsOf(policy).map(({ operator, description }) => [operator, description]);
}

const issuer = 'gitpod';
const swap = ['swap-effect', 'that denies where it allows'];

test.each<[what: string, rule: object, expected: readonly (readonly string[])[]]>([
  ['an allow for everybody', { effect: 'allow', when: { issuer } }, [swap]],
  [
    'a prefix',
    { effect: 'allow', when: { issuer, subject: 'org:A/prj:p' } },
    [
      ['widen-prefix', 'whose subject is widened to `org:A`'],
      ['drop-condition', 'without its condition on the subject'],
      swap,
    ],
  ],
  [
    'a prefix of one segment, whose condition cannot be dropped twice',
    { effect: 'allow', when: { issuer, subject: ['org:A', 'org:B'] } },
    [['widen-prefix', 'whose subject is widened to everybody'], swap],
  ],
  [
    'a subject that has no segments',
    { effect: 'allow', when: { issuer: 'other', subject: 'repo:acme/app' } },
    [['widen-prefix', 'whose subject is widened to everybody'], swap],
  ],
  [
    'one subject and a glob',
    { effect: 'allow', when: { issuer, subject: [{ equals: 'org:A/user:u' }, { glob: 'org:A/prj:*/env:*' }] } },
    [
      ['widen-prefix', 'whose subject is widened to `org:A`'],
      ['equals-to-prefix', 'whose subject is widened to `org:A/user:u`'],
      ['loosen-subject-glob', 'whose subject is widened to `{"glob":"org:*/prj:*/env:*"}`'],
      ['drop-condition', 'without its condition on the subject'],
      swap,
    ],
  ],
  [
    'conditions of every sort',
    {
      effect: 'allow',
      when: {
        issuer,
        audience: 'a',
        kind: 'user',
        claims: {
          roles: { contains: ['x', 'y'] },
          one: { contains: ['x'] },
          no: { not: 'z' },
          mail: { glob: 'a/*@b' },
        },
      },
      ttl: '5m',
    },
    [
      ['drop-condition', 'without its condition on the audience'],
      ['drop-condition', 'without its condition on the kind'],
      ['drop-condition', 'without its condition on the claim `roles`'],
      ['drop-condition', 'without its condition on the claim `one`'],
      ['drop-condition', 'without its condition on the claim `no`'],
      ['drop-condition', 'without its condition on the claim `mail`'],
      ['all-to-any', 'whose claim `roles` need only contain one of its values'],
      ['loosen-claim-glob', 'whose claim `mail` is loosened to `{"glob":"*/*@b"}`'],
      ['loosen-claim-glob', 'whose claim `mail` is loosened to `{"glob":"a/*"}`'],
      ['drop-not', 'whose claim `no` has lost its `not`'],
      ['drop-ttl', 'without its ttl'],
      swap,
    ],
  ],
  [
    'a time on both sides',
    { effect: 'allow', when: { issuer }, valid: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' } },
    [
      ['extend-validity', 'also valid before 2026-01-01T00:00:00Z'],
      ['extend-validity', 'also valid from 2027-01-01T00:00:00Z on'],
      swap,
    ],
  ],
  [
    'grants',
    {
      effect: 'allow',
      when: { issuer },
      grants: [{ actions: ['read', 'list'], resources: ['s/${subject.project}/**', 's/x'] }, { actions: ['*'] }],
    },
    [
      ['any-action', 'whose actions `read`, `list` are widened to `*`'],
      ['widen-resource', 'whose resource `s/${subject.project}/**` is widened to `s/**`'],
      ['widen-resource', 'whose resource `s/x` is widened to `s/**`'],
      ['resource-and-below', 'that also covers `s/x/**`'],
      ['loosen-resource', 'whose resource `s/${subject.project}/**` is widened to `*/${subject.project}/**`'],
      ['loosen-resource', 'whose resource `s/${subject.project}/**` is widened to `s/*/**`'],
      ['loosen-resource', 'whose resource `s/x` is widened to `*/x`'],
      ['loosen-resource', 'whose resource `s/x` is widened to `s/*`'],
      swap,
    ],
  ],
  [
    'a pattern that holds as many stars as it may, so that `**` does not load',
    { effect: 'allow', when: { issuer }, grants: [{ actions: ['*'], resources: ['a*******/*'] }] },
    [['loosen-resource', 'whose resource `a*******/*` is widened to `*/*`'], swap],
  ],
  [
    'a deny',
    { effect: 'deny', when: { issuer } },
    [
      ['swap-effect', 'that allows where it denies'],
      ['drop-deny', 'that is not there'],
    ],
  ],
  [
    'a rule in audit mode',
    { effect: 'allow', when: { issuer, audience: 'a' }, mode: 'audit' },
    [['enforce-audit', 'that is enforced']],
  ],
])('mutates %s', (_, rule, expected) => {
  expect(mutantsOfRule(rule)).toEqual(expected);
});

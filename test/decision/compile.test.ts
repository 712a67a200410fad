/** What is compiled although no policy that loads says it. */
import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import type { Issuer, Policy } from '../../src/policy/policy.ts';
import { policyOf } from '../engine/policies.ts';

const issuers = { git: { url: 'https://git.example', subject: 'gitpod', audiences: ['here'] } };
const policy = policyOf({ issuers, rules: [{ id: 'one', effect: 'allow', when: { issuer: 'git' } }] });

const withSchemes = (subject: readonly string[]): Policy => ({
  ...policy,
  issuers: policy.issuers.map((issuer): Issuer => ({ ...issuer, subject })),
});

describe('compiling', () => {
  test.each([
    ['a subject scheme that there is not', ['gitpod', 'nope'], 'compilePolicy: there is no subject scheme `nope`'],
    ['no subject scheme', [], 'compilePolicy: an issuer needs a subject scheme'],
  ])('refuses an issuer with %s', (_, subject, message) => {
    expect(() => compilePolicy(withSchemes(subject))).toThrow(new TypeError(message));
  });

  test('files a rule under the issuers that there are', () => {
    const [rule] = policy.rules;
    const rules = [{ ...rule!, when: { ...rule!.when, issuers: ['ghost', 'git'] } }];
    const claims = { sub: 'org:acme/user:ada', aud: 'here', exp: 60 };
    const { effect } = decide(
      compilePolicy({ ...policy, rules }),
      { issuer: 'https://git.example', claims },
      { now: 0 },
    );
    expect(effect).toBe('allow');
  });
});

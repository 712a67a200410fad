/** Only rules that can meet an invariant are looked at closely. */
import { expect, test } from '@jest/globals';
import { proveInvariant } from '../../src/analysis/index.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { invariantOf, type InvariantDoc } from './invariants.ts';
import { policyOf } from './universe.ts';

const count = 10_000;

function manyProjects(): Policy {
  const when = { issuer: 'g', subject: 'org:A/prj:p', kind: 'environment' };
  const { issuers, rules } = policyOf([
    { effect: 'allow', when, grants: [{ actions: ['a'], resources: ['x/p/**'] }] },
    { effect: 'deny', when: { issuer: 'g' }, grants: [{ actions: ['*'], resources: ['x/*/root'] }] },
  ]);
  const [allow, deny] = rules;
  const projects = Array.from({ length: count }, (_, i) => ({
    ...allow!,
    id: `project-${i}`,
    when: { ...allow!.when, subjects: [{ prefix: `org:A/prj:p${i}` }] },
    grants: [{ actions: ['a'], resources: [`x/p${i}/**`] }],
  }));
  return { issuers, rules: [...projects, deny!] };
}

test.each<[string, InvariantDoc['demand'], InvariantDoc['set'], string]>([
  ['nobody outside', 'never', { subject: { outside: ['org:A'] }, resource: ['x/**'] }, 'proven'],
  ['root is closed', 'never', { resource: ['x/*/root'] }, 'proven'],
  ['one of them always', 'always', { subject: ['org:A/prj:p77'], kind: ['environment'], action: ['a'], resource: ['x/p77/db'] }, 'proven'],
  ['not all of one','always',{ subject: ['org:A/prj:p77'], kind: ['environment'], action: ['a'], resource: ['x/p77/*'] }, 'refuted'],
  ['no user', 'never', { kind: ['user'] }, 'proven'],
])('10,000 rules of as many projects: %s', (_, demand, set, outcome) => {
  const policy = manyProjects();
  const answer = proveInvariant(policy, invariantOf({ demand, set: { issuer: ['g'], ...set } }));
  expect(answer.outcome).toBe(outcome);
}, 120_000); // prettier-ignore

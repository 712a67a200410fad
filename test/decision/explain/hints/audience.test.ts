import { expect, test } from '@jest/globals';
import { audienceHints } from '../../../../src/decision/explain/hints/audience.ts';
import { policyOf } from '../../../engine/policies.ts';
import { bare, factsWith } from '../facts.ts';

const policy = policyOf({
  issuers: {
    git: { url: 'https://git.example', audiences: ['api', 'admin', 'shared'] },
    other: { url: 'https://other.example', audiences: ['deploys', 'shared'] },
  },
  rules: [
    { id: 'theirs', effect: 'allow', when: { issuer: 'other', audience: 'deploys' } },
    { id: 'everybody', effect: 'allow', when: { issuer: 'git' } },
    { id: 'admins', effect: 'allow', when: { issuer: 'git', audience: ['admin', 'api'] } },
    { id: 'both', effect: 'allow', when: { issuer: ['other', 'git'], audience: 'shared' } },
  ],
});

const api = ['api'];
const joined = { code: 'audience-joined', expected: 'api' };
const byCase = { code: 'case-differs', expected: 'api', actual: 'Api' };
const admins = { code: 'audience-of-another-rule', actual: 'admin', rule: 'admins' };
const array = (...actual: unknown[]): object => ({ code: 'audience-array', expected: 'api', actual });
const deploys = { code: 'audience-of-another-issuer', actual: 'deploys', expected: 'other' };

const rows: readonly (readonly [aud: unknown, wanted: readonly string[], own: string | undefined, hints: readonly object[]])[] = [
  ['Api', api, undefined, [byCase]],
  [['Api', 'api/'], api, undefined, [byCase]],
  [['nobody', 'nothing'], api, undefined, [array('nobody', 'nothing')]],
  [['nobody'], ['api', 'admin'], undefined, [{ code: 'audience-array', expected: ['api', 'admin'], actual: ['nobody'] }]],
  [['nobody'], [], undefined, []],
  ['nobody', api, undefined, []],
  [undefined, api, undefined, []],
  ['api deploys', api, undefined, [{ ...joined, actual: 'api deploys' }]],
  ['deploys, api', api, undefined, [{ ...joined, actual: 'deploys, api' }]],
  ['["deploys","api"]', api, undefined, [{ ...joined, actual: '["deploys","api"]' }]],
  ['deploys;api', ['admin', 'api'], undefined, [{ ...joined, actual: 'deploys;api' }]],
  ['deploys admin', api, undefined, []],
  ['api', api, 'admins', []],
  ['admin', api, 'everybody', [admins]],
  ['admin', api, 'admins', []],
  ['deploys', api, undefined, [deploys]],
  ['shared', api, 'both', []],
  ['shared', api, undefined, [{ code: 'audience-of-another-rule', actual: 'shared', rule: 'both' }]],
  [['admin', 'deploys'], api, undefined, [admins, array('admin', 'deploys')]],
  [[5, 'deploys'], api, undefined, [deploys, array(5, 'deploys')]],
]; // prettier-ignore

test.each(rows)('of the audience %j where %j is wanted, by the rule %s, it hints at %j', (aud, wanted, own, hints) => {
  const facts = factsWith({ claims: aud === undefined ? {} : { aud } });
  expect(bare(audienceHints(policy, facts, wanted, own))).toEqual(hints);
});

test('it knows no rule for a token of an issuer that is not trusted', () => {
  const facts = factsWith({ issuer: undefined, claims: { aud: 'admin' } });
  const expected = { code: 'audience-of-another-issuer', actual: 'admin', expected: 'git' };
  expect(bare(audienceHints(policy, facts, api))).toEqual([expected]);
});

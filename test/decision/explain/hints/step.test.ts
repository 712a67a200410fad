import { expect, test } from '@jest/globals';
import type { Facts } from '../../../../src/decision/explain/rule-conditions.ts';
import { stepHints } from '../../../../src/decision/explain/hints/step.ts';
import { type Reason, reason } from '../../../../src/decision/reason.ts';
import { policyOf } from '../../../engine/policies.ts';
import { bare, factsWith, now } from '../facts.ts';

const policy = policyOf({
  issuers: {
    other: { url: 'https://other.example', subject: 'gitpod-v3', audiences: ['there'] },
    git: { url: 'https://git.example', subject: 'gitpod', audiences: ['here'], clockSkew: '30s' },
    both: { url: 'https://both.example', subject: ['gitpod', 'gitpod-v3'], audiences: ['here'] },
  },
});
const newer = { sub: 'x', organization_id: 'acme', user_id: 'ada' };
const older = { sub: 'org:acme/user:ada' };
const version = (expected: string): object => ({ code: 'other-token-version', expected, actual: 'org:acme/user:ada' });
const malformed = reason('subject_malformed');
const from = (name: string): string => `https://${name}.example`;
const expired = reason('token_expired', { actual: now - 45, expected: now });
const soon = (expected: number): object => ({ code: 'expired-within-minutes', expected, actual: 45 });
const mismatch = (expected: unknown): Reason => reason('audience_mismatch', { expected });
const array = { code: 'audience-array', expected: 'here', actual: ['nobody'] };
const nobody = { claims: { aud: ['nobody'] } };
const unknownKey = (expected?: unknown): Reason => reason('key_unknown', { expected });

const rows: readonly (readonly [says: string, fault: Reason, given: Partial<Facts>, hints: object[]])[] = [
  ['an issuer', reason('issuer_unknown'), { url: 'https://Git.example' }, [{ code: 'case-differs', expected: from('git'), actual: 'https://Git.example' }]],
  ['an audience', mismatch(['here']), nobody, [array]],
  ['an audience among what is no text', mismatch([5, 'here']), nobody, [array]],
  ['no audience where none is wanted', mismatch('here'), nobody, []],
  ['a newer token', malformed, { claims: newer }, [version('gitpod-v3')]],
  ['an older token', malformed, { url: from('other'), claims: older }, [version('gitpod')]],
  ['no version that the issuer has', malformed, { url: from('both'), claims: newer }, []],
  ['no version of the issuer that it is', malformed, { url: from('other'), claims: newer }, []],
  ['no version that there is not', malformed, { claims: { sub: 'nobody' } }, []],
  ['no version of an issuer that is not trusted', malformed, { url: from('evil'), claims: newer }, []],
  ['keys', unknownKey(['k1']), {}, [{ code: 'key-rotated', expected: ['k1'] }]],
  ['no keys where there are none', unknownKey([]), {}, []],
  ['no keys where none are known', unknownKey(), {}, []],
  ['clocks', expired, {}, [soon(30)]],
  ['clocks of an issuer that is not trusted', expired, { url: from('evil') }, [soon(0)]],
  ['nothing else', reason('signature_invalid'), {}, []],
]; // prettier-ignore

test.each(rows)('hints at %s', (_, fault, given, hints) => {
  expect(bare(stepHints(policy, factsWith(given), fault))).toEqual(hints);
});

import { expect, test } from '@jest/globals';
import { type ReasonCode, reasonCodes } from '../../src/decision/reason.ts';
import { type Stage, stageOf, stages } from '../../src/decision/stage.ts';

// prettier-ignore
const codesOf: Record<Stage, ReasonCode[]> = {
  size: ['token_missing', 'token_too_large', 'credentials_malformed', 'multiple_credentials'],
  form: ['token_too_complex', 'token_malformed', 'token_not_canonical', 'token_encrypted', 'duplicate_member', 'ambiguous_claim'],
  issuer: ['issuer_unknown'],
  header: ['algorithm_not_allowed', 'header_not_allowed', 'type_not_allowed'],
  key: ['key_unknown', 'key_ambiguous', 'key_unfit'],
  signature: ['signature_invalid'],
  times: ['token_expired', 'token_not_yet_valid', 'token_issued_in_future', 'token_too_old', 'token_lifetime_too_long', 'claim_missing'],
  names: ['claim_malformed'],
  request: ['request_malformed', 'resource_not_canonical'],
  audience: ['audience_mismatch'],
  subject: ['subject_malformed', 'subject_inconsistent'],
  rules: ['no_rule_for_issuer', 'no_rule_for_audience', 'no_rule_for_subject', 'condition_not_met', 'no_grant_for_request', 'denied_by_rule', 'rule_matched', 'audit_rule_matched'],
};

test('every step of the journey gives its reasons, and every reason has a step', () => {
  expect(Object.keys(codesOf)).toEqual(stages);
  expect(Object.values(codesOf).flat().sort()).toEqual([...reasonCodes].sort());
  for (const stage of stages) {
    for (const code of codesOf[stage]) expect([code, stageOf({ code })]).toEqual([code, stage]);
  }
});

test.each<[code: ReasonCode, path: string, stage: Stage]>([
  ['token_malformed', 'signature', 'signature'],
  ['token_malformed', 'header', 'form'],
  ['key_unfit', 'signature', 'key'],
  ['claim_malformed', 'exp', 'times'],
  ['claim_malformed', 'nbf', 'times'],
  ['claim_malformed', 'iat', 'times'],
  ['claim_malformed', 'aud', 'names'],
  ['audience_mismatch', 'exp', 'audience'],
])('%s of `%s` is a matter of %s', (code, path, stage) => {
  expect(stageOf({ code, path })).toBe(stage);
});

import type { ReasonCode } from './reason.ts';

/** The steps of a token's journey, in their order: until its signature holds, then until the rules are asked. */
export const stages = [
  'size',
  'form',
  'issuer',
  'header',
  'key',
  'signature',
  'times',
  'names',
  'request',
  'audience',
  'subject',
  'rules',
] as const;

export type Stage = (typeof stages)[number];

/** The step that gives each reason: a code that lacks one does not compile. */
const stageByCode: Readonly<Record<ReasonCode, Stage>> = {
  token_missing: 'size',
  token_too_large: 'size',
  token_too_complex: 'form',
  token_malformed: 'form',
  token_not_canonical: 'form',
  token_encrypted: 'form',
  duplicate_member: 'form',
  ambiguous_claim: 'form',
  algorithm_not_allowed: 'header',
  header_not_allowed: 'header',
  type_not_allowed: 'header',
  issuer_unknown: 'issuer',
  key_unknown: 'key',
  key_ambiguous: 'key',
  key_unfit: 'key',
  signature_invalid: 'signature',
  token_expired: 'times',
  token_not_yet_valid: 'times',
  token_issued_in_future: 'times',
  token_too_old: 'times',
  token_lifetime_too_long: 'times',
  claim_missing: 'times',
  claim_malformed: 'names',
  audience_mismatch: 'audience',
  subject_malformed: 'subject',
  subject_inconsistent: 'subject',
  credentials_malformed: 'size',
  multiple_credentials: 'size',
  request_malformed: 'request',
  resource_not_canonical: 'request',
  no_rule_for_issuer: 'rules',
  no_rule_for_audience: 'rules',
  no_rule_for_subject: 'rules',
  condition_not_met: 'rules',
  no_grant_for_request: 'rules',
  denied_by_rule: 'rules',
  rule_matched: 'rules',
  audit_rule_matched: 'rules',
};

const TIMES: readonly unknown[] = ['exp', 'nbf', 'iat'];

/** The step of the journey that a reason speaks of. */
export function stageOf({ code, path }: { readonly code: ReasonCode; readonly path?: string }): Stage {
  if (code === 'token_malformed' && path === 'signature') return 'signature';
  return code === 'claim_malformed' && TIMES.includes(path) ? 'times' : stageByCode[code];
}

/**
 * The vocabulary of answers: reason codes with their HTTP status and their sentence, and the one error class.
 * Imports next to nothing, so that every room may speak it.
 */
import { inline, quote } from '../policy/quote.ts';

export { quote };

/** Codes are API: added freely, never renamed. In the order of the stages that give them. */
export type ReasonCode =
  | 'token_missing'
  | 'token_too_large'
  | 'token_too_complex'
  | 'token_malformed'
  | 'token_not_canonical'
  | 'token_encrypted'
  | 'duplicate_member'
  | 'ambiguous_claim'
  | 'algorithm_not_allowed'
  | 'header_not_allowed'
  | 'type_not_allowed'
  | 'issuer_unknown'
  | 'key_unknown'
  | 'key_ambiguous'
  | 'key_unfit'
  | 'signature_invalid'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issued_in_future'
  | 'token_too_old'
  | 'token_lifetime_too_long'
  | 'claim_missing'
  | 'claim_malformed'
  | 'audience_mismatch'
  | 'subject_malformed'
  | 'subject_inconsistent'
  | 'credentials_malformed'
  | 'multiple_credentials'
  | 'request_malformed'
  | 'resource_not_canonical'
  | 'no_rule_for_issuer'
  | 'no_rule_for_audience'
  | 'no_rule_for_subject'
  | 'condition_not_met'
  | 'no_grant_for_request'
  | 'denied_by_rule'
  | 'rule_matched'
  | 'audit_rule_matched';

/** What a sentence is made from. `expected` and `actual` are JSON values; `path` names a condition (`claims.email`). */
export interface ReasonData {
  readonly rule?: string;
  /** Where the rule stands: 1-based, columns in UTF-16 code units. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly path?: string;
}

/** One fact that shaped a decision. `code` is stable, `message` is for people and may change. */
export interface Reason extends ReasonData {
  readonly code: ReasonCode;
  readonly message: string;
}

interface Entry {
  readonly status: 200 | 400 | 401 | 403;
  readonly describe: (data: ReasonData) => string;
}

const says = (status: Entry['status'], describe: Entry['describe'] | string): Entry => ({
  status,
  describe: typeof describe === 'string' ? () => describe : describe,
});

/** Every reason code once: a code that lacks a status or a sentence does not compile. */
const catalogue: Readonly<Record<ReasonCode, Entry>> = {
  token_missing: says(401, 'no token was presented'),
  token_too_large: says(
    401,
    (d) => `the ${inline(d.path ?? 'token')} is longer than the ${quote(d.expected)} bytes allowed`,
  ),
  token_too_complex: says(
    401,
    (d) => `the token has more ${inline(d.path ?? 'structure')} than the ${quote(d.expected)} allowed`,
  ),
  token_malformed: says(401, (d) =>
    d.path === 'signature'
      ? 'the token has no signature; only signed tokens are accepted'
      : 'the token is not a JWT in compact form (RFC 7519, section 3)',
  ),
  token_not_canonical: says(401, 'a part of the token is not in canonical base64url (RFC 7515, section 2)'),
  token_encrypted: says(401, 'the token is encrypted; only signed tokens are read'),
  duplicate_member: says(401, (d) => `a JSON object in the token has two members called ${quote(d.actual)}`),
  ambiguous_claim: says(401, (d) => `the claim ${quote(d.actual)} could be mistaken for ${quote(d.expected)}`),
  algorithm_not_allowed: says(401, (d) =>
    d.actual === undefined
      ? 'the token names no algorithm'
      : `the issuer is not trusted with algorithm ${quote(d.actual)}`,
  ),
  header_not_allowed: says(401, (d) => `the header parameter ${quote(d.actual)} is not allowed`),
  type_not_allowed: says(401, (d) => `tokens of type ${quote(d.actual)} are not accepted from this issuer`),
  issuer_unknown: says(401, (d) => `no policy trusts the issuer ${quote(d.actual)}`),
  key_unknown: says(401, (d) => `the issuer publishes no ${ofId(d)}`),
  key_ambiguous: says(401, (d) => `the issuer publishes more than one ${ofId(d)}`),
  key_unfit: says(401, (d) =>
    d.actual === undefined
      ? 'the token names no key, and none of the issuer is strong enough and for its algorithm'
      : `the issuer's key with id ${quote(d.actual)} is too weak, or not for this algorithm`,
  ),
  signature_invalid: says(401, 'the signature does not hold'),
  token_expired: says(
    401,
    (d) => `the token is not valid any more: \`exp\` is ${quote(d.actual)}, now is ${quote(d.expected)}`,
  ),
  token_not_yet_valid: says(
    401,
    (d) => `the token is not valid yet: \`nbf\` is ${quote(d.actual)}, now is ${quote(d.expected)}`,
  ),
  token_issued_in_future: says(
    401,
    (d) => `the token was issued in the future: \`iat\` is ${quote(d.actual)}, now is ${quote(d.expected)}`,
  ),
  token_too_old: says(
    401,
    (d) => `the token was issued ${quote(d.actual)} seconds ago, at most ${quote(d.expected)} are accepted`,
  ),
  token_lifetime_too_long: says(
    401,
    (d) => `the token lives ${quote(d.actual)} seconds, at most ${quote(d.expected)} are accepted`,
  ),
  claim_missing: says(401, (d) => `the token lacks the claim ${quote(d.path)}`),
  claim_malformed: says(401, (d) => `the claim ${quote(d.path)} is not of the form it must have`),
  audience_mismatch: says(401, (d) => `the token is for ${quote(d.actual)}, accepted here is ${quote(d.expected)}`),
  subject_malformed: says(
    401,
    (d) => `the token names no principal that the subject scheme ${quote(d.expected)} knows`,
  ),
  subject_inconsistent: says(401, 'the claims of the token name two different principals'),

  credentials_malformed: says(400, 'the Authorization header is not `Bearer` and one token (RFC 6750, section 2.1)'),
  multiple_credentials: says(400, 'the request carries more than one token, or one outside the Authorization header'),
  request_malformed: says(
    400,
    (d) => `the request is malformed${d.path === undefined ? '' : ` at ${quote(d.path)}`}: ${inline(d.expected)}`,
  ),
  resource_not_canonical: says(
    400,
    (d) => `the resource ${quote(d.actual)} is not a canonical path such as \`secret/app/db\``,
  ),

  no_rule_for_issuer: says(403, (d) => `no trust rule allows anything to issuer ${quote(d.actual)}`),
  no_rule_for_audience: says(403, (d) => `no trust rule for this issuer is for audience ${quote(d.actual)}`),
  no_rule_for_subject: says(403, (d) => `no trust rule covers the subject ${quote(d.actual)}`),
  condition_not_met: says(
    403,
    (d) =>
      `${ofRule(d)}the condition ${quote(d.path)} does not hold: expected ${quote(d.expected)}, the token has ${quote(d.actual)}`,
  ),
  no_grant_for_request: says(403, (d) => `${ofRule(d)}no grant covers ${asked(d.actual)}`),
  denied_by_rule: says(403, (d) => `${ofRule(d)}the rule denies this`),

  rule_matched: says(200, (d) => `${ofRule(d)}the rule allows this`),
  audit_rule_matched: says(200, (d) => `${ofRule(d)}the rule matches, but is in audit mode and decides nothing`),
};

/** All reason codes, in the order of the stages that give them. */
export const reasonCodes: readonly ReasonCode[] = Object.keys(catalogue) as ReasonCode[];

/** The HTTP status a decision led by this code is answered with: 200, 400, 401 or 403. */
export function statusOf(code: ReasonCode): Entry['status'] {
  return catalogue[code].status;
}

/** Makes the reason of a code: the one place where its sentence is formed. */
export function reason(code: ReasonCode, data: ReasonData = {}): Reason {
  return { code, message: catalogue[code].describe(data), ...data };
}

/** A token that names no key is verified with the one that fits its algorithm. */
function ofId({ actual }: ReasonData): string {
  return actual === undefined ? 'key that fits a token without a key id' : `key with id ${quote(actual)}`;
}

function ofRule({ rule }: ReasonData): string {
  return rule === undefined ? '' : `${quote(rule)}: `;
}

/** The request of a caller: `{ action, resource? }`. */
function asked(request: unknown): string {
  const { action, resource } = (request ?? {}) as { readonly action?: unknown; readonly resource?: unknown };
  return `${quote(action)} ${resource === undefined ? 'without a resource' : `on ${quote(resource)}`}`;
}

/** Why there is no decision. */
export type ErrorCode =
  /** A policy does not load; `diagnostics` says where and why. */
  | 'ERR_POLICY_INVALID'
  /** A policy path is missing, unreadable, outside its root, or holds no policy. */
  | 'ERR_POLICY_UNREADABLE'
  /** The issuer's keys cannot be had and none are usable: answer 503, try again later. */
  | 'ERR_KEYS_UNAVAILABLE'
  /** The engine was closed. */
  | 'ERR_ENGINE_CLOSED'
  /** An optional package that this part needs is not installed. */
  | 'ERR_PACKAGE_MISSING';

/** The one error class: a world that is down. A bad token is a deny, a caller's misuse a `TypeError`. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: ErrorCode;
  /** What is wrong with the policy, where that is the cause (`ERR_POLICY_INVALID`). */
  readonly diagnostics: readonly unknown[];

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; diagnostics?: readonly unknown[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.diagnostics = options.diagnostics ?? [];
  }
}

import type { Scalar } from './document/node.ts';
import type { SubjectPattern } from './subject/scheme.ts';

export type { Scalar, SubjectPattern };

/** What all policy files of a relying party say together. Plain, immutable data; times and durations in seconds. */
export interface Policy {
  readonly issuers: readonly Issuer[];
  readonly rules: readonly TrustRule[];
}

/** Where a rule or an issuer is defined: 1-based, columns in UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Issuer {
  /** The local name that rules refer to. */
  readonly name: string;
  /** The exact `iss`. */
  readonly url: string;
  /** Names of subject schemes. */
  readonly subject: readonly string[];
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly tokenType: readonly string[];
  readonly maxLifetime: number;
  readonly clockSkew: number;
  readonly maxTokenAge?: number;
  /** Where its keys come from, if not from discovery. A file is relative to the policy file. */
  readonly jwks?: JwksSource;
  readonly at: Place;
}

export type JwksSource =
  | { readonly uri: string }
  | { readonly file: string }
  | { readonly keys: readonly Readonly<Record<string, unknown>>[] };

export type Effect = 'allow' | 'deny';

export interface TrustRule {
  readonly id: string;
  readonly description?: string;
  readonly effect: Effect;
  readonly mode: 'enforce' | 'audit';
  readonly when: Conditions;
  readonly grants?: readonly GrantPattern[];
  readonly ttl?: number;
  /** Seconds since the epoch; `from` inclusive, `until` exclusive. */
  readonly valid?: { readonly from?: number; readonly until?: number };
  readonly at: Place;
}

/** All must hold. What is left out holds for everything. */
export interface Conditions {
  /** Local names of issuers. */
  readonly issuers: readonly string[];
  readonly audiences?: readonly string[];
  readonly subjects?: readonly SubjectPattern[];
  readonly kinds?: readonly string[];
  readonly claims: readonly ClaimCondition[];
}

export interface ClaimCondition {
  /** The key as written: a claim's name, or a JSON pointer. */
  readonly key: string;
  /** The steps from the claims to the value (RFC 6901). */
  readonly steps: readonly string[];
  readonly matcher: Matcher;
}

export type Matcher = PositiveMatcher | { readonly present: boolean } | { readonly not: PositiveMatcher };

export type PositiveMatcher =
  | { readonly oneOf: readonly Scalar[] }
  | { readonly glob: string }
  | { readonly contains: readonly Scalar[] }
  | { readonly containsAny: readonly Scalar[] };

/** Patterns as written; resources may hold templates. */
export interface GrantPattern {
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
}

/** What is wrong with a policy, and where. Plain data: lines and columns are 1-based, columns in UTF-16 code units. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly at: Region;
  readonly help?: string;
  readonly docs?: string;
}

/** A stretch of a file, from its first character to just behind its last. */
export interface Region {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The codes of everything that refuses to load. Codes are API: added freely, never renamed. */
export type LoadErrorCode =
  // the text
  | 'file-too-large'
  | 'byte-order-mark'
  | 'invalid-unicode'
  | 'invisible-character'
  // the YAML
  | 'yaml-syntax'
  | 'yaml-anchor'
  | 'yaml-alias'
  | 'yaml-merge-key'
  | 'yaml-tag'
  | 'yaml-directive'
  | 'yaml-several-documents'
  | 'glued-comment'
  | 'ambiguous-scalar'
  | 'number-too-large'
  | 'too-deep'
  | 'duplicate-key'
  | 'key-not-string'
  // the shape
  | 'unsupported-version'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'unknown-value'
  | 'empty-value'
  | 'empty-list'
  | 'too-many'
  | 'too-long'
  | 'invalid-value'
  // issuers
  | 'duplicate-issuer'
  | 'duplicate-issuer-url'
  | 'issuer-url-invalid'
  | 'issuer-not-https'
  | 'jwks-uri-invalid'
  | 'jwks-source-count'
  | 'audience-wildcard'
  | 'algorithm-forbidden'
  | 'unknown-algorithm'
  | 'unknown-subject-scheme'
  | 'subject-schemes-mixed'
  | 'clock-skew-too-large'
  | 'invalid-duration'
  | 'invalid-time'
  // rules
  | 'duplicate-rule-id'
  | 'unknown-issuer'
  | 'audience-not-accepted'
  | 'unknown-kind'
  | 'subject-wildcard'
  | 'subject-invalid'
  | 'subject-glob-unsupported'
  | 'reserved-claim'
  | 'invalid-pointer'
  | 'unknown-operator'
  | 'empty-operator'
  | 'several-operators'
  | 'invalid-glob'
  | 'resource-not-canonical'
  | 'invalid-template'
  | 'validity-reversed'
  // bundles
  | 'bundle-malformed'
  | 'bundle-altered'
  | 'bundle-version'
  | 'bundle-unsigned'
  | 'bundle-signature';

/** Who a verified token speaks for: a kind, and a path of `kind:id` segments from general to specific. */
export interface Principal {
  readonly kind: string;
  /** The path as one string, such as `org:O/prj:P/env:E`. */
  readonly path: string;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly kind: string;
  readonly id: string;
}

/** The claims of a token name no principal, or two different ones. */
export type NoPrincipal = 'subject_malformed' | 'subject_inconsistent';

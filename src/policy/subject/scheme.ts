import type { LoadErrorCode } from '../diagnostic.ts';
import type { NoPrincipal, Principal } from './principal.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Whom a rule is about: a prefix by whole segments, or `equals` or `glob` over the whole path. */
export type SubjectPattern = { readonly prefix: string } | { readonly equals: string } | { readonly glob: string };

export interface SubjectProblem {
  readonly code: LoadErrorCode;
  readonly message: string;
  readonly help?: string;
}

/**
 * A subject scheme: how an issuer's claims name a principal, and how rules speak of such principals.
 * Both sides use one grammar, so that a rule can only say what a token can be.
 */
export interface SubjectScheme {
  readonly name: string;
  /** The kinds its principals can have. */
  readonly kinds: readonly string[];
  /** Claims that become the path, and which conditions on claims therefore may not name. */
  readonly pathClaims: readonly string[];
  /** The principal of a verified token. Total over JSON values. */
  principalOf(claims: Claims): Principal | NoPrincipal;
  /** What keeps a rule from using this pattern, if anything. */
  checkPattern(pattern: SubjectPattern): SubjectProblem | undefined;
  /** The segments of a pattern or a path, as they are compared: one string a segment. */
  split(path: string): readonly string[];
}

/** A claim by its own name; what the prototype chain offers is not a claim. */
export function ownClaim(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

import type { Effect } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import type { Reason } from './reason.ts';

export type { Effect, Principal };

/** What the engine concluded, and why. Plain data; it never holds a token. */
export interface Decision {
  readonly effect: Effect;
  /** Never empty; the deciding ones first, then by rule id. */
  readonly reasons: readonly [Reason, ...Reason[]];
  /** Who the token speaks for, once that is known. */
  readonly principal?: Principal;
  /** The url of the issuer that vouches for the principal; there with it. */
  readonly issuer?: string;
  /**
   * What the deciding allows give, with templates filled in: for plain access all their grants, for a request that
   * names an action those that cover it. Empty in a deny.
   */
  readonly grants: readonly Grant[];
  /** What matching denies take away from them, with templates filled in. */
  readonly denied: readonly Grant[];
  /** What it would be if rules in audit mode were enforced, where that differs. */
  readonly enforced?: Outcome;
  /** Seconds since the epoch until which an allow may be relied on; the time of the decision for a deny. */
  readonly expiresAt: number;
  readonly policy: { readonly digest: string };
  /** SHA-256 of the token in hexadecimal. Added by the engine. */
  readonly token?: { readonly id: string };
  /** A random id of this decision. Added by the engine. */
  readonly id?: string;
}

export interface Outcome {
  readonly effect: Effect;
  readonly grants: readonly Grant[];
  readonly denied: readonly Grant[];
}

/**
 * Actions, and the resources they are for. In resources `*` and `**` are wildcards; a `*` that came from a token is
 * written `${*}`.
 */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly rule: string;
}

/** What a caller asks: plain access, an action, or an action on a resource. */
export interface DecisionRequest {
  /** The audience the token must be for, if not any that the policy accepts from its issuer. */
  readonly audience?: string;
  readonly action?: string;
  /** A canonical path: non-empty segments joined by `/`, none of them `.` or `..`. Needs an action. */
  readonly resource?: string;
  /** Seconds since the epoch; the current time where left out. */
  readonly now?: number;
}

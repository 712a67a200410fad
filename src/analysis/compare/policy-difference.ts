import type { Decision } from '../../decision/decision.ts';
import type { Issuer, TrustRule } from '../../policy/policy.ts';
import type { Witness } from '../witness.ts';

/** What a change of policy means for those who present tokens. */
export interface PolicyDifference {
  /** Someone may now do what they could not, or for longer, or is believed more easily. */
  readonly gains: readonly Change[];
  /** Someone may no longer do what they could, or for less long, or is believed less easily. */
  readonly losses: readonly Change[];
  /** Neither a difference nor its absence could be shown. */
  readonly undecided: readonly Undecided[];
  /** Rules that are not as they were, with nothing gained or lost by it. */
  readonly unchanged: readonly Unchanged[];
}

export type Direction = 'gain' | 'loss';

export type ChangeClass = 'access' | 'trust' | 'ttl' | 'valid' | 'mode';

export type Change = RuleChange | TrustChange;

/** A rule on either side; both where it is there before and after, by its id. */
export interface RuleVersions {
  readonly before?: TrustRule;
  readonly after?: TrustRule;
}

export interface RuleChange extends RuleVersions {
  readonly class: Exclude<ChangeClass, 'trust'>;
  readonly effect: 'allow' | 'deny';
  /** All that is gained or lost lies within. */
  readonly box: ChangeBox;
  /** The allows that give what is gained, or gave what is lost. */
  readonly allows: readonly TrustRule[];
  readonly flip: Flip;
}

export interface TrustChange {
  readonly class: 'trust';
  readonly what: TrustAspect;
  readonly before?: Issuer;
  readonly after?: Issuer;
  /** What is believed now and was not, or no longer; values as the policy has them. */
  readonly was?: unknown;
  readonly is?: unknown;
  /** Where `decide` can show it: how a token is verified it does not judge. */
  readonly flip?: Flip;
}

export type TrustAspect =
  | 'issuer'
  | 'url'
  | 'subject'
  | 'audiences'
  | 'algorithms'
  | 'tokenType'
  | 'maxLifetime'
  | 'clockSkew'
  | 'maxTokenAge'
  | 'jwks';

/** A token and a request that two policies decide differently: both were put to `decide`. */
export interface Flip {
  readonly witness: Witness;
  readonly before: Decision;
  readonly after: Decision;
}

/** The conditions and grants of a rule, less what is as it was; left out where there is no bound. */
export interface ChangeBox {
  /** Urls. */
  readonly issuers: readonly string[];
  readonly audiences?: readonly string[];
  readonly subjects?: TrustRule['when']['subjects'];
  readonly kinds?: readonly string[];
  readonly claims: TrustRule['when']['claims'];
  /** Plain access, or all requests of a deny, where left out. */
  readonly grants?: TrustRule['grants'];
  readonly valid?: TrustRule['valid'];
}

export interface Undecided extends RuleVersions {
  readonly direction: Direction;
  readonly class: Exclude<ChangeClass, 'trust'>;
}

export interface Unchanged extends RuleVersions {
  /** `rewritten`: other words for the same, or covered by other rules; `audit`: it decides nothing, then and now. */
  readonly how: 'renamed' | 'described' | 'moved' | 'rewritten' | 'audit';
}

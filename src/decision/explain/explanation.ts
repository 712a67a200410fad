import type { Effect, Place } from '../../policy/policy.ts';
import type { Decision } from '../decision.ts';
import type { Reason } from '../reason.ts';
import type { Stage } from '../stage.ts';
import type { Hint } from './hints/hint.ts';

/** Why a decision is what it is: all that was asked of a token, not only what decided. Plain data; never a token. */
export interface Explanation {
  /** What `decide` says of the same policy, token and request; a refusal where the token could not be verified. */
  readonly decision: Decision;
  /** Whether what follows rests on a token whose signature holds (or, for `explain`, is taken to hold). */
  readonly verified: boolean;
  /** The token's journey to the rules, in order. */
  readonly steps: readonly Step[];
  /**
   * Every trust rule: those that decided, then those of the other effect before those of the same; in each of these
   * those that apply, then the nearest miss first.
   */
  readonly rules: readonly RuleExplanation[];
}

/** One step of a token's journey. */
export interface Step {
  readonly name: Stage;
  readonly status: 'passed' | 'failed' | 'not-reached';
  /** Whether this rests on a token whose signature holds; if not, anybody may have written what it shows. */
  readonly verified: boolean;
  /** Of a step that failed. */
  readonly reason?: Reason;
  /** Of a step that failed for want of the issuer's keys: there is no decision. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Of a step that passed, what the token has: the issuer's url, the key's id, `exp`, the audiences that count, the path. */
  readonly actual?: unknown;
  readonly hints: readonly Hint[];
}

/** One trust rule, held against the token. */
export interface RuleExplanation {
  readonly rule: string;
  readonly effect: Effect;
  readonly mode: 'enforce' | 'audit';
  readonly at: Place;
  /** Whether the token got to the rules and all conditions hold. */
  readonly applies: boolean;
  /** Whether it is one of those that decided. */
  readonly decides: boolean;
  /** How many steps of the journey and conditions of the rule are in the way; 0 just where it applies. */
  readonly missing: number;
  /** By what the rules are ordered: see `distanceOf`. */
  readonly distance: number;
  readonly verified: boolean;
  readonly conditions: readonly ConditionExplanation[];
  /** Where the request names an action: whether a grant of the rule covers it. */
  readonly grants?: ConditionExplanation;
  /** On the rule as a whole. */
  readonly hints: readonly Hint[];
}

/** One condition: it holds; differs; asks for what the token lacks; or cannot be asked, for want of a fact before it. */
export interface ConditionExplanation {
  /** `issuer`, `audience`, `subject`, `kind`, `claims.` and the key as written, `valid`, `grants`. */
  readonly path: string;
  readonly status: 'holds' | 'differs' | 'absent' | 'unknown';
  readonly expected: unknown;
  readonly actual?: unknown;
  readonly verified: boolean;
  /** Where the condition stands, where the texts of the policy are at hand. */
  readonly at?: Place;
  readonly hints: readonly Hint[];
}

import type { ChangeBox, ChangeClass, Direction, Unchanged, Witness } from '../../../analysis/index.ts';
import type { Effect } from '../../../policy/policy.ts';

/** What `countersign diff` found, as plain data: the JSON it prints, and what every other format is made of. */
export interface DiffReport {
  readonly version: 1;
  readonly old: string;
  readonly new: string;
  readonly gains: readonly Finding[];
  readonly losses: readonly Finding[];
  readonly undecided: readonly OpenQuestion[];
  readonly unchanged: readonly UnchangedRule[];
  /** Approved gains that are not there. */
  readonly unusedApprovals: readonly Approval[];
}

export interface Finding {
  readonly direction: Direction;
  readonly class: ChangeClass;
  /** Such as `allow-added`, `deny-changed`, `issuer-removed`, `audiences-changed`. */
  readonly change: string;
  /** A sentence for people, with all that stands in the policy between backticks and escaped. */
  readonly message: string;
  /** The same for the same change, wherever it stands in the files. */
  readonly fingerprint: string;
  readonly places: readonly ChangedPlace[];
  /** Of a change of a rule: all that is gained or lost lies within. */
  readonly box?: ChangeBox;
  /** Rules that give what is gained, or gave what is lost. */
  readonly allows?: readonly string[];
  readonly witness?: ReportedWitness;
  /** Whether both policies were asked about the witness and answered so. */
  readonly confirmed: boolean;
  /** Why the gain is approved, where it is. */
  readonly approved?: string;
}

export interface ChangedPlace {
  readonly side: 'old' | 'new';
  readonly what: 'rule' | 'issuer';
  /** The id of the rule, the name of the issuer. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ReportedWitness extends Witness {
  readonly old: Answer;
  readonly new: Answer;
}

/** `until`: seconds since the epoch. */
export interface Answer {
  readonly effect: Effect;
  readonly code: string;
  readonly rules: readonly string[];
  readonly until: number;
}

export interface OpenQuestion {
  readonly direction: Direction;
  readonly class: ChangeClass;
  readonly message: string;
  readonly places: readonly ChangedPlace[];
}

export interface UnchangedRule {
  readonly how: Unchanged['how'];
  readonly places: readonly ChangedPlace[];
}

export interface Approval {
  readonly fingerprint: string;
  readonly reason: string;
}

/** The gains that nobody approved. */
export function openGains({ gains }: DiffReport): readonly Finding[] {
  return gains.filter(({ approved }) => approved === undefined);
}

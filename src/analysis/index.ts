/** What policies mean as sets, and what their rules have to do with each other. */
export { type Box, boxOf, type IssuerPart } from './box.ts';
export { comparePolicies } from './compare/compare-policies.ts';
export type {
  Change,
  ChangeBox,
  ChangeClass,
  Direction,
  Flip,
  PolicyDifference,
  RuleChange,
  RuleVersions,
  TrustAspect,
  TrustChange,
  Undecided,
  Unchanged,
} from './compare/policy-difference.ts';
export { type Difference, differenceOf } from './difference.ts';
export { type Answer, covers, implies } from './implication.ts';
export { type Found, mayMeet, overlap, satisfiable } from './overlap.ts';
export type { ComparisonOptions } from './rule-model.ts';
export { contradictingRules, deadRules, redundantDenies, type RuleRelation, shadowedRules } from './rule-relations.ts';
export type { Given, ReachAnswer, Reached } from './reach/answer.ts';
export { can, type CanQuestion, issuersFor, subjectProblem } from './reach/can.ts';
export type { Demand } from './reach/demand.ts';
export type { Left, Standing } from './reach/reach.ts';
export { who, type WhoQuestion } from './reach/who.ts';
export type { Whom } from './reach/whom.ts';
export { confirms, speaks, type Witness } from './witness.ts';
export type {
  Counterexample,
  Invariant,
  InvariantAnswer,
  InvariantRequest,
  InvariantSet,
} from './invariant/invariant.ts';
export { canSay } from './invariant/token-set.ts';
export { isVacuous, proveInvariant } from './invariant/prove.ts';

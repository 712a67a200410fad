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
export { confirms, speaks, type Witness } from './witness.ts';

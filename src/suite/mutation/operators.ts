import { allToAny, dropNot, loosenClaimGlob } from './operators/claims.ts';
import type { Operator } from './operators/change.ts';
import { dropCondition, extendValidity } from './operators/conditions.ts';
import { anyAction, loosenResource, resourceAndBelow, widenResource } from './operators/grants.ts';
import { dropDeny, dropTtl, enforceAudit, swapEffect } from './operators/rule.ts';
import { equalsToPrefix, loosenSubjectGlob, widenPrefix } from './operators/subject.ts';

type EnforcedOperator =
  | 'widen-prefix'
  | 'equals-to-prefix'
  | 'loosen-subject-glob'
  | 'drop-condition'
  | 'all-to-any'
  | 'loosen-claim-glob'
  | 'drop-not'
  | 'extend-validity'
  | 'any-action'
  | 'widen-resource'
  | 'resource-and-below'
  | 'loosen-resource'
  | 'drop-ttl'
  | 'swap-effect'
  | 'drop-deny';

type AuditOperator = 'enforce-audit';

export type OperatorName = EnforcedOperator | AuditOperator;

/** What is done to enforced rules, by name. The first of two that come to the same rule gives the mutant its name. */
export const operators: Readonly<Record<EnforcedOperator, Operator>> = {
  'widen-prefix': widenPrefix,
  'equals-to-prefix': equalsToPrefix,
  'loosen-subject-glob': loosenSubjectGlob,
  'drop-condition': dropCondition,
  'all-to-any': allToAny,
  'loosen-claim-glob': loosenClaimGlob,
  'drop-not': dropNot,
  'extend-validity': extendValidity,
  'any-action': anyAction,
  'widen-resource': widenResource,
  'resource-and-below': resourceAndBelow,
  'loosen-resource': loosenResource,
  'drop-ttl': dropTtl,
  'swap-effect': swapEffect,
  'drop-deny': dropDeny,
};

/** What is done to rules in audit mode: nothing else about them decides anything. */
export const auditOperators: Readonly<Record<AuditOperator, Operator>> = { 'enforce-audit': enforceAudit };

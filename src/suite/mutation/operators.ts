import { allToAny, dropNot, loosenClaimGlob } from './operators/claims.ts';
import type { Operator } from './operators/change.ts';
import { dropCondition, extendValidity } from './operators/conditions.ts';
import { anyAction, loosenResource, resourceAndBelow, widenResource } from './operators/grants.ts';
import { dropDeny, dropTtl, enforceAudit, swapEffect } from './operators/rule.ts';
import { equalsToPrefix, loosenSubjectGlob, widenPrefix } from './operators/subject.ts';

/** What is done to enforced rules, by name. The first of two that come to the same rule gives the mutant its name. */
export const operators = {
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
} as const satisfies Record<string, Operator>;

/** What is done to rules in audit mode: nothing else about them decides anything. */
export const auditOperators = { 'enforce-audit': enforceAudit } as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators | keyof typeof auditOperators;

import { boxOf } from '../../analysis/box.ts';
import { implies } from '../../analysis/implication.ts';
import type { Conditions, Policy, TrustRule } from '../../policy/policy.ts';

/** The paths of all conditions of a rule, as explanations have them. */
export function pathsOf({ when, valid }: TrustRule): readonly string[] {
  return [
    'issuer',
    ...(when.audiences === undefined ? [] : ['audience']),
    ...(when.subjects === undefined ? [] : ['subject']),
    ...(when.kinds === undefined ? [] : ['kind']),
    ...when.claims.map(({ key }) => `claims.${key}`),
    ...(valid === undefined ? [] : ['valid']),
  ];
}

/** The rule as it would be without one of its conditions; without `issuer` it is for every issuer of the policy. */
export function withoutCondition(rule: TrustRule, path: string, { issuers }: Policy): TrustRule {
  const { valid, ...rest } = rule;
  if (path === 'valid') return rest;
  const lasting = valid === undefined ? rest : rule;
  return { ...lasting, when: conditionsWithout(rule.when, path, issuers) };
}

function conditionsWithout(when: Conditions, path: string, issuers: Policy['issuers']): Conditions {
  const { audiences, subjects, kinds, ...rest } = when;
  return {
    ...rest,
    ...(path === 'issuer' ? { issuers: issuers.map(({ name }) => name) } : {}),
    ...(audiences === undefined || path === 'audience' ? {} : { audiences }),
    ...(subjects === undefined || path === 'subject' ? {} : { subjects }),
    ...(kinds === undefined || path === 'kind' ? {} : { kinds }),
    claims: when.claims.filter(({ key }) => path !== `claims.${key}`),
  };
}

/** Whether the rule surely means the same without the condition. The issuer is always asked for. */
export function saysNothing(rule: TrustRule, path: string, policy: Policy): boolean {
  if (path === 'issuer') return false;
  return implies(boxOf(withoutCondition(rule, path, policy), policy), boxOf(rule, policy)) === true;
}

import type { TrustRule } from '../../../policy/policy.ts';
import type { Operator } from './change.ts';

/** Only an allow has a time for which it may be relied on. */
export const swapEffect: Operator = (rule) => {
  const { ttl: _, ...rest }: TrustRule = rule;
  return rule.effect === 'allow'
    ? [{ rule: { ...rest, effect: 'deny' }, description: 'that denies where it allows' }]
    : [{ rule: { ...rest, effect: 'allow' }, description: 'that allows where it denies' }];
};

export const dropDeny: Operator = ({ effect }) =>
  effect === 'deny' ? [{ rule: undefined, description: 'that is not there' }] : [];

export const dropTtl: Operator = ({ ttl, ...rest }) =>
  ttl === undefined ? [] : [{ rule: rest, description: 'without its ttl' }];

export const enforceAudit: Operator = (rule) =>
  rule.mode === 'audit' ? [{ rule: { ...rule, mode: 'enforce' }, description: 'that is enforced' }] : [];

import type { Conditions, TrustRule } from '../../../policy/policy.ts';
import { quote } from '../../../policy/quote.ts';
import { timestamp } from '../../../policy/time-in-words.ts';
import type { Change, Operator } from './change.ts';

const OPTIONAL = { audiences: 'audience', subjects: 'subject', kinds: 'kind' } as const;

/** Each condition but the issuer is left out. */
export const dropCondition: Operator = (rule) => [
  ...Object.entries(OPTIONAL).flatMap(([member, name]) =>
    Object.hasOwn(rule.when, member) ? [without(rule, member as keyof typeof OPTIONAL, name)] : [],
  ),
  ...rule.when.claims.map(({ key }, i, claims) => ({
    rule: { ...rule, when: { ...rule.when, claims: claims.toSpliced(i, 1) } },
    description: `without its condition on the claim ${quote(key)}`,
  })),
];

/** Each end of the time a rule is valid in is left open. */
export const extendValidity: Operator = (rule) => {
  const { valid: { from, until } = {}, ...rest } = rule;
  const valid = (bounds: TrustRule['valid']): TrustRule => (bounds === undefined ? rest : { ...rest, valid: bounds });
  return [
    ...(from === undefined
      ? []
      : [
          {
            rule: valid(until === undefined ? undefined : { until }),
            description: `also valid before ${timestamp(from)}`,
          },
        ]),
    ...(until === undefined
      ? []
      : [
          {
            rule: valid(from === undefined ? undefined : { from }),
            description: `also valid from ${timestamp(until)} on`,
          },
        ]),
  ];
};

function without(rule: TrustRule, member: keyof typeof OPTIONAL, name: string): Change {
  const { [member]: _, ...when } = rule.when as Required<Conditions>;
  return { rule: { ...rule, when }, description: `without its condition on the ${name}` };
}

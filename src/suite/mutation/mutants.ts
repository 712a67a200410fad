import { MOST_CHARACTERS, MOST_STARS } from '../../policy/glob/glob.ts';
import type { Place, Policy, TrustRule } from '../../policy/policy.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { auditOperators, type OperatorName, operators } from './operators.ts';
import type { Operator } from './operators/change.ts';

/** A policy in which one rule is another: a mistake that tests ought to notice. */
export interface Mutant {
  readonly operator: OperatorName;
  /** The rule as the policy has it. */
  readonly rule: TrustRule;
  readonly at: Place;
  /** The rule as the mutant has it, under the same id; `undefined` where the mutant lacks it. */
  readonly mutated: TrustRule | undefined;
  /** Follows the rule's name in a sentence: "whose subject is widened to `org:A`". */
  readonly description: string;
}

/** The mutants of every rule, each once, in the order of the rules; each could be written as a policy that loads. */
export function mutantsOf(policy: Policy): readonly Mutant[] {
  return policy.rules.flatMap((rule) => mutantsOfRule(rule, policy));
}

/** The policy that a mutant stands for. */
export function mutatedPolicy({ issuers, rules }: Policy, { rule, mutated }: Mutant): Policy {
  return { issuers, rules: rules.flatMap((one) => (one !== rule ? [one] : mutated === undefined ? [] : [mutated])) };
}

function mutantsOfRule(rule: TrustRule, policy: Policy): readonly Mutant[] {
  const table = rule.mode === 'audit' ? auditOperators : operators;
  const seen = new Set([JSON.stringify(rule)]);
  return (Object.entries(table) as [OperatorName, Operator][]).flatMap(([operator, make]) =>
    make(rule, policy).flatMap(({ rule: mutated, description }) => {
      const key = mutated === undefined ? '' : JSON.stringify(mutated);
      if (seen.has(key) || (mutated !== undefined && !couldLoad(mutated, policy))) return [];
      seen.add(key);
      return [{ operator, rule, at: rule.at, mutated, description }];
    }),
  );
}

/** Whether every pattern is one that could be written down. */
function couldLoad({ when, grants = [] }: TrustRule, { issuers }: Policy): boolean {
  const schemes = issuers
    .filter(({ name }) => when.issuers.includes(name))
    .flatMap(({ subject }) => subject.map((name) => subjectSchemes.get(name)));
  const globs = [
    ...(when.subjects ?? []).map((pattern) => ('glob' in pattern ? pattern.glob : '')),
    ...when.claims.map(({ matcher }) => ('glob' in matcher ? matcher.glob : '')),
    ...grants.flatMap(({ resources = [] }) => resources),
  ];
  return (
    globs.every((glob) => glob.length <= MOST_CHARACTERS && glob.split('*').length - 1 <= MOST_STARS) &&
    (when.subjects ?? []).every((pattern) => schemes.every((scheme) => scheme?.checkPattern(pattern) === undefined))
  );
}

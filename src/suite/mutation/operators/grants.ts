import type { GrantPattern, TrustRule } from '../../../policy/policy.ts';
import { quote } from '../../../policy/quote.ts';
import { type Change, type Operator, replacements } from './change.ts';
import { looserGlobs } from './loosen.ts';

export const anyAction: Operator = (rule) =>
  grantChanges(
    rule,
    (grant) => (grant.actions.includes('*') ? [] : [{ ...grant, actions: ['*'] }]),
    ({ actions }) => `whose actions ${actions.map(quote).join(', ')} are widened to \`*\``,
  );

/** A resource is given with everything below it. */
export const resourceAndBelow: Operator = (rule) =>
  grantChanges(
    rule,
    (grant) =>
      (grant.resources ?? []).flatMap((resource) =>
        resource.endsWith('**') ? [] : [{ ...grant, resources: [...(grant.resources ?? []), `${resource}/**`] }],
      ),
    (_, { resources = [] }) => `that also covers ${quote(resources.at(-1))}`,
  );

/** The last segment of a resource, or the one before a last `**`, becomes `**`. */
export const widenResource: Operator = (rule) =>
  resourceChanges(rule, (resource) => {
    const parent = resource.replace(/\/\*\*$/, '').replace(/(^|\/)[^/]*$/, '$1**');
    return parent === resource ? [] : [parent];
  });

export const loosenResource: Operator = (rule) => resourceChanges(rule, (resource) => looserGlobs(resource));

function resourceChanges(rule: TrustRule, make: (resource: string) => readonly string[]): readonly Change[] {
  return (rule.grants ?? []).flatMap((grant, i, grants) =>
    replacements(grant.resources ?? [], make).map(({ items, from, to }) => ({
      rule: { ...rule, grants: grants.with(i, { ...grant, resources: items }) },
      description: `whose resource ${quote(from)} is widened to ${quote(to)}`,
    })),
  );
}

function grantChanges(
  rule: TrustRule,
  make: (grant: GrantPattern) => readonly GrantPattern[],
  describe: (from: GrantPattern, to: GrantPattern) => string,
): readonly Change[] {
  return replacements(rule.grants ?? [], make).map(({ items, from, to }) => ({
    rule: { ...rule, grants: items },
    description: describe(from, to),
  }));
}

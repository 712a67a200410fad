import type { GrantPattern, TrustRule } from '../../policy/policy.ts';

/** One pattern of a grant, as a grant of its own: one action on all of the resources, or all actions on one resource. */
export interface GrantPart {
  readonly kind: 'action' | 'resource';
  readonly pattern: string;
  readonly grant: GrantPattern;
  /** The way to the pattern from the rule. */
  readonly path: readonly (string | number)[];
}

export function partsOf({ grants = [] }: TrustRule): readonly GrantPart[] {
  return grants.flatMap((grant, index) => [
    ...grant.actions.map((pattern, at): GrantPart => {
      return {
        kind: 'action',
        pattern,
        grant: { ...grant, actions: [pattern] },
        path: ['grants', index, 'actions', at],
      };
    }),
    ...(grant.resources ?? []).map((pattern, at): GrantPart => {
      return {
        kind: 'resource',
        pattern,
        grant: { ...grant, resources: [pattern] },
        path: ['grants', index, 'resources', at],
      };
    }),
  ]);
}

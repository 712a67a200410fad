import type { GrantPattern, TrustRule } from '../../policy/policy.ts';
import type { ChangeBox } from './policy-difference.ts';
import type { SharedRule } from './shared-rules.ts';

/**
 * What a rule speaks of and its other version does not, as far as the texts show it: where all conditions are the same,
 * the grants that are new; where one list of names differs, the names that are new.
 */
export function changeBox({ rule, shared }: SharedRule, other: SharedRule | undefined): ChangeBox {
  const whole = boxOfText(rule, shared);
  if (other === undefined || other.rule.effect !== rule.effect || other.rule.mode !== rule.mode) return whole;
  const known = boxOfText(other.rule, other.shared);
  const names = ['issuers', 'audiences', 'subjects', 'kinds', 'claims', 'grants', 'valid'] as const;
  const [differing, more] = names.filter((name) => JSON.stringify(whole[name]) !== JSON.stringify(known[name]));
  if (differing === undefined || more !== undefined) return whole;
  if (differing === 'grants') return { ...whole, ...newGrants(whole.grants, known.grants) };
  if (differing === 'claims' || differing === 'valid') return whole;
  const added = lessOf<unknown>(whole[differing] ?? [], known[differing] ?? []);
  return added.length === 0 ? whole : { ...whole, [differing]: added };
}

function boxOfText({ when, grants, valid }: TrustRule, shared: TrustRule): ChangeBox {
  const { audiences, subjects, kinds, claims } = when;
  return {
    issuers: shared.when.issuers,
    ...(audiences && { audiences }),
    ...(subjects && { subjects }),
    ...(kinds && { kinds }),
    claims,
    ...(grants && { grants }),
    ...(valid && { valid }),
  };
}

function newGrants(
  grants: readonly GrantPattern[] | undefined,
  known: readonly GrantPattern[] | undefined,
): Pick<ChangeBox, 'grants'> {
  if (grants === undefined || known === undefined) return grants === undefined ? {} : { grants };
  const had = new Set(known.flatMap(requestsOf).map(textOf));
  const fresh = grants.flatMap((grant): readonly GrantPattern[] => {
    const requests = requestsOf(grant).filter((request) => !had.has(textOf(request)));
    const { actions, resources } = grant;
    const kept = actions.filter((action) => requests.some((one) => one[0] === action));
    if (kept.length === 0) return [];
    if (resources === undefined) return [{ actions: kept }];
    return [{ actions: kept, resources: resources.filter((path) => requests.some((one) => one[1] === path)) }];
  });
  return { grants: fresh.length === 0 ? grants : fresh };
}

type RequestPattern = readonly [action: string, resource: string | undefined];

function requestsOf({
  actions,
  resources = [undefined],
}: GrantPattern | { actions: readonly string[]; resources?: readonly undefined[] }): readonly RequestPattern[] {
  // prettier-ignore
  return actions.flatMap((action) => resources.map((resource): RequestPattern => [action, resource]));
}

function textOf(request: RequestPattern): string {
  return JSON.stringify(request);
}

function lessOf<T>(all: readonly T[], known: readonly T[]): readonly T[] {
  const had = new Set(known.map((one) => JSON.stringify(one)));
  return all.filter((one) => !had.has(JSON.stringify(one)));
}

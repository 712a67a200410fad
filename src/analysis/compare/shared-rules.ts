import type { Issuer, SubjectPattern, TrustRule } from '../../policy/policy.ts';
import { byCodeUnits } from '../../policy/order.ts';
import type { IssuerPair } from './pair-issuers.ts';

/** A rule of one side in terms that both sides share. */
export interface SharedRule {
  /** As it stands in its policy. */
  readonly rule: TrustRule;
  /** With the issuers named by their keys, and templates that its subjects leave no choice written out. */
  readonly shared: TrustRule;
  /** Two rules of equal meaning with the same text have the same; id, description, place and order do not count. */
  readonly meaning: string;
  /** The same without when it is valid and for how long it may be relied on. */
  readonly timeless: string;
}

export function sharedRules(
  rules: readonly TrustRule[],
  pairs: readonly IssuerPair[],
  side: 'before' | 'after',
): readonly SharedRule[] {
  const known = new Map<string, { key: string; issuer: Issuer }>();
  for (const pair of pairs) {
    const issuer = pair[side];
    if (issuer !== undefined) known.set(issuer.name, { key: pair.key, issuer });
  }
  return rules.map((rule) => {
    const named = rule.when.issuers.map((name) => known.get(name)).filter((found) => found !== undefined);
    const isOpaque = named.some(({ issuer }) => issuer.subject.includes('opaque'));
    const shared = {
      ...(isOpaque ? rule : withoutChoice(rule)),
      when: { ...rule.when, issuers: named.map(({ key }) => key) },
    };
    const timeless = timelessMeaning(shared);
    const { ttl, valid } = rule;
    const times = JSON.stringify([ttl, valid && [valid.from ?? null, valid.until ?? null]]);
    return { rule, shared, meaning: `${timeless} ${times}`, timeless };
  });
}

function timelessMeaning({ effect, mode, when, grants }: TrustRule): string {
  const { issuers, audiences, subjects, kinds, claims } = when;
  return JSON.stringify([
    effect,
    mode,
    sorted(issuers),
    audiences && sorted(audiences),
    subjects && sorted(subjects.map((one) => JSON.stringify(one))),
    kinds && sorted(kinds),
    sorted(claims.map(({ key, matcher }) => JSON.stringify([key, matcher]))),
    grants && sorted(grants.map(grantText)),
  ]);
}

function grantText({ actions, resources }: NonNullable<TrustRule['grants']>[number]): string {
  return JSON.stringify([sorted(actions), resources && sorted(resources)]);
}

function sorted(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort(byCodeUnits);
}

const VARIABLES: readonly (readonly [template: string, kind: string])[] = [
  ['${subject.org}', 'org'],
  ['${subject.project}', 'prj'],
  ['${subject.environment}', 'env'],
  ['${subject.user}', 'user'],
  ['${subject.runner}', 'rnr'],
];

/** A rule whose subjects all name one organisation says the same with `${subject.org}` as with that name; and so on. */
function withoutChoice(rule: TrustRule): TrustRule {
  const { grants, when } = rule;
  if (when.subjects === undefined || !grants?.some(({ resources }) => resources?.some((one) => one.includes('${')))) {
    return rule;
  }
  const ids = new Map<string, string>();
  for (const [template, kind] of VARIABLES) {
    const named = new Set(when.subjects.map((pattern) => idOf(pattern, kind)));
    const [only] = named;
    if (named.size === 1 && only !== undefined) ids.set(template, only);
  }
  const written = (pattern: string): string =>
    pattern
      .split('/')
      .map((segment) => ids.get(segment) ?? segment)
      .join('/');
  return {
    ...rule,
    grants: grants.map(({ actions, resources }) => (resources ? { actions, resources: resources.map(written) } : { actions })), // prettier-ignore
  };
}

function idOf(pattern: SubjectPattern, kind: string): string | undefined {
  const [text = ''] = Object.values<string>(pattern);
  const id = text
    .split('/')
    .find((segment) => segment.startsWith(`${kind}:`))
    ?.slice(kind.length + 1);
  return id?.includes('*') === true ? undefined : id;
}

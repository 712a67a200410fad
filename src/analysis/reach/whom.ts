import type { GrantPattern, Issuer, SubjectPattern, TrustRule } from '../../policy/policy.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { findWord } from '../find-word.ts';
import { partsOf, principalSet, samplePrincipal } from '../principal-set.ts';
import type { Region } from '../region.ts';
import type { Demand } from './demand.ts';
import type { Product } from './products.ts';

/** Whom a rule speaks of, as far as the question reaches: tokens of one issuer for which all of this holds. */
export interface Whom {
  readonly rule: TrustRule;
  readonly issuer: Issuer;
  /** A token for one of these. */
  readonly audiences: readonly string[];
  /** The kinds of principals there are among them. */
  readonly kinds: readonly string[];
  /** Whether these are all that the issuer's tokens can have. */
  readonly isEveryKind: boolean;
  /** The rule's subjects that have such principals; all there are where left out. */
  readonly subjects?: readonly SubjectPattern[];
  /** What the token says beside what the rule asks. */
  readonly demands: readonly Demand[];
  /** Which grant of the rule this is about, where that matters. */
  readonly grant?: GrantPattern;
}

export function whom({ rule, issuer, demands, region, grant }: Product): Whom {
  const { subjects } = rule.when;
  const possible = kindsOf(issuer);
  const kinds = possible.filter((kind) => hasAny(region, { kinds: [kind] }));
  return {
    rule,
    issuer,
    audiences: [...new Set(region.audiences.all.flatMap((names) => [...names]))],
    kinds,
    isEveryKind: kinds.length === possible.length,
    ...(subjects && { subjects: subjects.filter((pattern) => hasAny(region, { subjects: [pattern] })) }),
    demands,
    ...(grant && { grant }),
  };
}

/** The kinds that an issuer's tokens can have. */
function kindsOf(issuer: Issuer): readonly string[] {
  const known = new Set(issuer.subject.flatMap((name) => subjectSchemes.get(name)?.kinds ?? []));
  return [...known].filter((kind) => {
    const set = principalSet({ issuers: [], claims: [], kinds: [kind] }, issuer);
    return set === undefined || samplePrincipal(set) !== 'none';
  });
}

/** Whether a region may have a principal of a kind, or one that a subject covers. */
function hasAny({ issuer, paths }: Region, asked: { kinds: string[] } | { subjects: SubjectPattern[] }): boolean {
  const set = principalSet({ issuers: [], claims: [], ...asked }, issuer);
  return paths === undefined || set === undefined || findWord([...paths.all, ...partsOf(set)], paths.none) !== 'none';
}

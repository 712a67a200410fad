import type { GrantPattern, Issuer, SubjectPattern, TrustRule } from '../../policy/policy.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { findWord } from '../find-word.ts';
import { partsOf, principalSet } from '../principal-set.ts';
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
  /** The rule's subjects that have such principals; all there are where left out. */
  readonly subjects?: readonly SubjectPattern[];
  /** What the token says beside what the rule asks. */
  readonly demands: readonly Demand[];
  /** Which grant of the rule this is about, where that matters. */
  readonly grant?: GrantPattern;
}

export function whom({ rule, issuer, demands, region, grant }: Product): Whom {
  const { subjects } = rule.when;
  return {
    rule,
    issuer,
    audiences: [...new Set(region.audiences.all.flatMap((names) => [...names]))],
    kinds: kindsOf(issuer).filter((kind) => hasAny(region, { kinds: [kind] })),
    ...(subjects && { subjects: subjects.filter((pattern) => hasAny(region, { subjects: [pattern] })) }),
    demands,
    ...(grant && { grant }),
  };
}

function kindsOf({ subject }: Issuer): readonly string[] {
  return [...new Set(subject.flatMap((name) => subjectSchemes.get(name)?.kinds ?? []))];
}

/** Whether a region may have a principal of a kind, or one that a subject covers. */
function hasAny({ issuer, paths }: Region, asked: { kinds: string[] } | { subjects: SubjectPattern[] }): boolean {
  const set = principalSet({ issuers: [], claims: [], ...asked }, issuer);
  return paths === undefined || set === undefined || findWord([...paths.all, ...partsOf(set)], paths.none) !== 'none';
}

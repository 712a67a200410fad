import type { GrantPattern, Issuer, Policy } from '../../policy/policy.ts';
import { ANY_SEGMENTS } from '../../policy/glob/glob.ts';
import { templateSegments } from '../../policy/glob/template.ts';
import type { SubjectProblem } from '../../policy/subject/scheme.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import type { Box } from '../box.ts';
import { partsOf, principalSet } from '../principal-set.ts';
import { answer, type Offer, type ReachAnswer } from './answer.ts';
import { type Moment, type Product, productsOf } from './products.ts';
import { givenBy, plainAccess, type Spoken, takenBy } from './spoken.ts';

/** Principals that are asked about: a prefix by whole segments, or one subject of an issuer with opaque ones. */
export interface CanQuestion extends Moment {
  readonly subject: string;
  readonly kind?: string;
  /** The local name of an issuer; every one whose tokens may have such a subject where left out. */
  readonly issuer?: string;
}

/**
 * What principals can do, an issuer at a time. What is given is allowed to one of them exactly where no exception speaks
 * of it. Every witness was put to `decide`.
 */
export function can(policy: Policy, question: CanQuestion): ReachAnswer {
  const answers = issuersFor(policy, question).map((issuer) => canUnder(policy, issuer, question));
  return {
    rules: answers.flatMap(({ rules }) => rules),
    audit: {
      rules: answers.flatMap(({ audit }) => audit.rules),
      denies: answers.flatMap(({ audit }) => audit.denies),
    },
    otherTimes: [...new Set(answers.flatMap(({ otherTimes }) => otherTimes))],
  };
}

/** The issuers whose tokens may have the subject. */
export function issuersFor(
  policy: Policy,
  { subject, issuer }: Pick<CanQuestion, 'subject' | 'issuer'>,
): readonly Issuer[] {
  return policy.issuers.filter(
    (one) => (issuer === undefined || one.name === issuer) && subjectProblem(subject, one) === undefined,
  );
}

/** Why an issuer's tokens cannot have a subject that begins so. */
export function subjectProblem(prefix: string, issuer: Issuer): SubjectProblem | undefined {
  return issuer.subject
    .map((name) => subjectSchemes.get(name)?.checkPattern({ prefix }))
    .find((problem) => problem !== undefined);
}

function canUnder(policy: Policy, issuer: Issuer, question: CanQuestion): ReachAnswer {
  const { subject, kind } = question;
  const ids = idsIn(subject, issuer);
  const asked = principalSet(
    { issuers: [], claims: [], subjects: [{ prefix: subject }], ...(kind !== undefined && { kinds: [kind] }) },
    issuer,
  );
  const narrowed = (product: Product): readonly Product[] => {
    const { paths } = product.region;
    if (product.issuer !== issuer) return [];
    if (paths === undefined || asked === undefined) return [product];
    return [{ ...product, region: { ...product.region, paths: { ...paths, all: [...paths.all, ...partsOf(asked)] } } }];
  };
  return answer(policy, {
    moment: question,
    gives: (allow, moment) => {
      const given = (spoken: readonly Spoken[]): readonly Product[] =>
        productsOf(allow, spoken, moment).flatMap(narrowed);
      const grants = (allow.rule.grants ?? []).map((grant) => filledIn(grant, ids));
      return given([plainAccess]).map((plain): Offer => ({
        whom: plain,
        parts: [{ products: [plain] }, ...grants.map((grant) => ({ grant, products: given(givenBy(grant)) }))],
      }));
    },
    takes: (deny: Box) => {
      const { rule } = deny;
      const filled = rule.grants && { grants: rule.grants.map((grant) => filledIn(grant, ids)) };
      return productsOf(deny, takenBy({ ...rule, ...filled }), question).flatMap(narrowed);
    },
  });
}

/** The ids that all principals below a prefix have, by the kinds of their segments. */
function idsIn(prefix: string, { subject }: Issuer): ReadonlyMap<string, string> {
  if (subject.includes('opaque')) return new Map();
  return new Map(
    prefix.split('/').map((segment) => {
      const colon = segment.indexOf(':');
      return [segment.slice(0, colon), segment.slice(colon + 1)];
    }),
  );
}

/** INVARIANT: ids of segments have no character that means something in a pattern. */
function filledIn({ actions, resources }: GrantPattern, ids: ReadonlyMap<string, string>): GrantPattern {
  const fill = (text: string): string => {
    const segments = templateSegments(text);
    const [segment] = 'fault' in segments ? [] : segments;
    if (segment === undefined || segment === ANY_SEGMENTS || !('variable' in segment)) return text;
    return ('segment' in segment.variable ? ids.get(segment.variable.segment) : undefined) ?? text;
  };
  return {
    actions,
    ...(resources && { resources: resources.map((pattern) => pattern.split('/').map(fill).join('/')) }),
  };
}

import type { Conditions, SubjectPattern, TrustRule } from '../../../policy/policy.ts';
import { quote } from '../../../policy/quote.ts';
import { subjectSchemes } from '../../../policy/subject/schemes.ts';
import { type Change, type Operator, replacements } from './change.ts';
import { looserGlobs } from './loosen.ts';

/**
 * A prefix, or the one subject of `equals`, loses its last segment; what has only one segment to its issuer's scheme
 * comes to cover everybody.
 */
export const widenPrefix: Operator = (rule, policy) => {
  const issuer = policy.issuers.find(({ name }) => rule.when.issuers.includes(name));
  const scheme = subjectSchemes.get(issuer?.subject[0] ?? '');
  return (rule.when.subjects ?? []).flatMap((pattern, i, subjects) => {
    if ('glob' in pattern) return [];
    const segments = scheme?.split('prefix' in pattern ? pattern.prefix : pattern.equals) ?? [];
    const prefix = segments.slice(0, -1).join('/');
    return [segments.length < 2 ? anySubject(rule) : changed(rule, subjects.with(i, { prefix }), { prefix })];
  });
};

export const equalsToPrefix: Operator = (rule) =>
  (rule.when.subjects ?? []).flatMap((pattern, i, subjects) =>
    'equals' in pattern
      ? [changed(rule, subjects.with(i, { prefix: pattern.equals }), { prefix: pattern.equals })]
      : [],
  );

export const loosenSubjectGlob: Operator = (rule) =>
  replacements(rule.when.subjects ?? [], (pattern) =>
    'glob' in pattern ? looserGlobs(pattern.glob, looserSegment).map((glob) => ({ glob })) : [],
  ).map(({ items, to }) => changed(rule, items, to));

/** The kind of a segment says what the path can be, so that only its id is loosened. */
function looserSegment(segment: string): string {
  return segment.includes(':') ? segment.replace(/:.*$/su, ':*') : '*';
}

function changed(rule: TrustRule, subjects: readonly SubjectPattern[], to: SubjectPattern): Change {
  const shown = 'prefix' in to ? to.prefix : to;
  return {
    rule: { ...rule, when: { ...rule.when, subjects } },
    description: `whose subject is widened to ${quote(shown)}`,
  };
}

function anySubject(rule: TrustRule): Change {
  const { subjects: _, ...when }: Conditions = rule.when;
  return { rule: { ...rule, when }, description: 'whose subject is widened to everybody' };
}

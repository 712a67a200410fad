import type { Issuer, Policy, SubjectPattern, TrustRule } from '../policy/policy.ts';
import { GITPOD_FORMS, gitpodPrincipalOf } from '../policy/subject/gitpod-path.ts';
import type { Principal, Segment } from '../policy/subject/principal.ts';
import { ruleIssuers } from './rule-issuers.ts';
import type { Route } from '../policy/document/route.ts';

/** One principal of each form that a Gitpod path can have. */
const FORMS: readonly Principal[] = GITPOD_FORMS.flatMap(
  ({ segments }) => gitpodPrincipalOf(segments.map((kind) => ({ kind, id: 'any' }))) ?? [],
);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether an id has the shape of Gitpod's, in any case. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}

export function isGitpod(issuer: Issuer): boolean {
  return issuer.subject.some((name) => name === 'gitpod' || name === 'gitpod-v3');
}

/** The forms of principals that an issuer's tokens can speak for; none where its subjects are opaque. */
export function formsOf(issuer: Issuer): readonly Principal[] {
  if (!isGitpod(issuer)) return [];
  // The older tokens never speak for service accounts.
  return issuer.subject.includes('gitpod-v3') ? FORMS : FORMS.filter(({ kind }) => kind !== 'service-account');
}

/** The segments of a pattern; `*` and `**` are segments of any kind and any id. */
export function patternSegments(pattern: SubjectPattern): readonly Segment[] {
  return textOfPattern(pattern)
    .split('/')
    .map((text) => {
      const colon = text.indexOf(':');
      return colon === -1 ? { kind: text, id: text } : { kind: text.slice(0, colon), id: text.slice(colon + 1) };
    });
}

export function textOfPattern(pattern: SubjectPattern): string {
  return 'prefix' in pattern ? pattern.prefix : 'equals' in pattern ? pattern.equals : pattern.glob;
}

/** Whether some principal of this form matches the pattern. */
export function admits(pattern: SubjectPattern, { segments: form }: Principal): boolean {
  const segments = patternSegments(pattern);
  const open = 'prefix' in pattern || segments.at(-1)?.kind === '**';
  if (open ? form.length < segments.length : form.length !== segments.length) return false;
  return segments.every(({ kind }, i) => kind === '*' || kind === '**' || kind === form[i]?.kind);
}

const OPAQUE: Principal = { kind: 'subject', path: 'subject', segments: [] };

/** The forms of principals of an issuer that a rule admits, by its subject and its kinds. */
export function formsAdmitted({ when: { subjects, kinds } }: TrustRule, issuer: Issuer): readonly Principal[] {
  const forms = isGitpod(issuer) ? formsOf(issuer) : [OPAQUE];
  const named = (form: Principal): boolean =>
    form === OPAQUE || subjects === undefined || subjects.some((pattern) => admits(pattern, form));
  return forms.filter((form) => named(form) && (kinds === undefined || kinds.includes(form.kind)));
}

/** One pattern of a rule about Gitpod principals. */
export interface GitpodSubject {
  readonly rule: TrustRule;
  readonly pattern: SubjectPattern;
  readonly segments: readonly Segment[];
  readonly at: Route;
}

/** Every pattern of every rule whose issuers are all Gitpod, and not all for development. */
export function gitpodSubjects(policy: Policy): readonly GitpodSubject[] {
  const issuersOf = ruleIssuers(policy);
  return policy.rules.flatMap((rule) => {
    const issuers = issuersOf(rule);
    if (!issuers.every(isGitpod) || issuers.every(({ url }) => /^http:/i.test(url))) return [];
    return (rule.when.subjects ?? []).map((pattern, index) => ({
      rule,
      pattern,
      segments: patternSegments(pattern),
      at: subjectRoute(rule, pattern, index),
    }));
  });
}

/** The way to one pattern of a rule's subject. */
export function subjectRoute(rule: TrustRule, pattern: SubjectPattern, index: number): Route {
  const form = 'prefix' in pattern ? [] : 'equals' in pattern ? ['equals'] : ['glob'];
  return { rule: rule.id, path: ['when', 'subject', index, ...form] };
}

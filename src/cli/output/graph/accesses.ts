import { matchStars } from '../../../policy/glob/match-stars.ts';
import type { Effect, GrantPattern, Issuer, Policy, SubjectPattern, TrustRule } from '../../../policy/policy.ts';
import { GITPOD_FORMS } from '../../../policy/subject/gitpod-path.ts';

/** One thing that a rule says: who, and what of them is allowed or denied. */
export interface Access {
  readonly rule: TrustRule;
  readonly effect: Effect;
  /** From general to specific: an issuer's name, segments of a subject, a kind in the plural. */
  readonly who: readonly string[];
  /** The segments of a resource pattern; one text that is no path where no resource is meant. */
  readonly resource: readonly string[];
  readonly actions: string;
}

/** Everything that the rules of a policy say, a line each. */
export function accessesOf({ issuers, rules }: Policy): readonly Access[] {
  return rules.flatMap((rule) =>
    issuers
      .filter(({ name }) => rule.when.issuers.includes(name))
      .flatMap((issuer) => placesOf(rule, issuer).map((place) => [issuer.name, ...place]))
      .flatMap((who) => targetsOf(rule).map((target) => ({ rule, effect: rule.effect, who, ...target }))),
  );
}

type Target = Pick<Access, 'resource' | 'actions'>;

function targetsOf({ effect, grants }: TrustRule): readonly Target[] {
  if (grants === undefined) return [{ resource: [effect === 'allow' ? 'plain access' : 'everything'], actions: '' }];
  return grants.flatMap(({ actions, resources }: GrantPattern) => {
    const nowhere = effect === 'allow' ? 'no resource named' : 'every resource';
    const paths = resources?.map((pattern) => pattern.split('/')) ?? [[nowhere]];
    return paths.map((resource) => ({ resource, actions: actions.map(actionInWords).join(', ') }));
  });
}

function actionInWords(action: string): string {
  return action === '*' || action === '**' ? 'any action' : action;
}

function placesOf({ when }: TrustRule, issuer: Issuer): readonly (readonly string[])[] {
  const { subjects = [undefined], kinds } = when;
  if (issuer.subject.includes('opaque'))
    return subjects.map((pattern) => (pattern === undefined ? [] : [textOf(pattern)]));
  return subjects.flatMap((pattern) => {
    const segments =
      pattern === undefined
        ? []
        : textOf(pattern)
            .split('/')
            .filter((segment) => segment !== '**');
    const possible = kindsBelow(segments);
    const meant = possible.filter((kind) => kinds?.includes(kind) ?? true);
    return meant.length === possible.length ? [segments] : meant.map((kind) => [...segments, `${kind}s`]);
  });
}

function textOf(pattern: SubjectPattern): string {
  return Object.values<string>(pattern)[0] ?? '';
}

/** The kinds of the principals that a subject may cover. */
function kindsBelow(segments: readonly string[]): readonly string[] {
  const fits = (form: readonly string[]): boolean =>
    segments.length <= form.length &&
    segments.every((segment, i) => matchStars(segment.split(':')[0] ?? '', form[i] ?? ''));
  return [...new Set(GITPOD_FORMS.filter((form) => fits(form.segments)).map(({ kind }) => kind))];
}

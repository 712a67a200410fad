import { ANY_SEGMENTS } from '../../policy/glob/glob.ts';
import { templateSegments } from '../../policy/glob/template.ts';
import { quote } from '../../policy/quote.ts';
import type { Principal } from '../../policy/subject/principal.ts';
import { formsAdmitted } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { ruleIssuers } from '../rule-issuers.ts';

export const templateNeverBound: LintRule = {
  id: 'template-never-bound',
  summary: 'a template that has no value for principals that the rule admits',
  severity: 'error',
  check({ policy, report }) {
    const issuersOf = ruleIssuers(policy);
    for (const rule of policy.rules) {
      const { id, effect, grants = [] } = rule;
      const forms = [...new Set(issuersOf(rule).flatMap((issuer) => formsAdmitted(rule, issuer)))];
      // Whom an allow gives something else is not forgotten; a deny that cannot be filled in is for everything.
      const gives = (form: Principal): boolean =>
        grants.some(({ resources }) => resources?.some((pattern) => binds(pattern, form)) ?? true);
      const forgotten = effect === 'deny' ? forms : forms.filter((form) => !gives(form));
      for (const [grant, { resources = [] }] of grants.entries()) {
        for (const [index, pattern] of resources.entries()) {
          const never = !forms.some((form) => binds(pattern, form));
          const lost = never ? forms : forgotten.filter((form) => !binds(pattern, form));
          if (lost.length === 0) continue;
          const whom = never ? 'all whom the rule admits' : lost.map(nameOf).join(', ');
          report({
            at: { rule: id, path: ['grants', grant, 'resources', index] },
            message: `${quote(pattern)} has no value for ${whom}: ${effect === 'deny' ? 'every resource is denied to them' : 'it gives them nothing'}`,
            ...(never || effect === 'deny' ? {} : { severity: 'warning' }),
            help: 'admit only those who have a value, by `subject` or `kind`, or use another template',
          });
        }
      }
    }
  },
};

function binds(pattern: string, { segments }: Principal): boolean {
  const template = templateSegments(pattern);
  return ('fault' in template ? [] : template).every((one) => {
    if (one === ANY_SEGMENTS || !('variable' in one) || 'claim' in one.variable) return true;
    const { segment } = one.variable;
    return segments.some(({ kind }) => kind === segment);
  });
}

function nameOf({ kind, segments }: Principal): string {
  return kind === 'environment' && segments.length === 2 ? 'environments without a project' : `${kind}s`;
}

import { quote } from '../../policy/quote.ts';
import { type GitpodSubject, gitpodSubjects, textOfPattern } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';

export const environmentWithoutProject: LintRule = {
  id: 'environment-without-project',
  summary: 'a subject that names an environment and does not cover it where it comes from a project',
  severity: 'warning',
  check({ policy, report }) {
    const subjects = gitpodSubjects(policy);
    const covered = new Set(subjects.filter(isInProject).map(keyOf));
    for (const subject of subjects) {
      const [organization, environment, ...more] = subject.segments;
      if (environment?.kind !== 'env' || environment.id.includes('*') || more.length > 0) continue;
      // Whoever names it below a project elsewhere, for the same effect, knows of both forms.
      if (covered.has(keyOf(subject))) continue;
      const { rule, pattern, at } = subject;
      report({
        at,
        message: `${quote(textOfPattern(pattern))} does not cover the environment where it comes from a project`,
        severity: rule.effect === 'deny' ? 'error' : 'warning',
        help: `list \`{ glob: "${organization?.kind ?? 'org'}:${organization?.id ?? '*'}/prj:*/env:${environment.id}" }\` as well, or instead if it has a project`,
      });
    }
  },
};

function isInProject({ segments }: GitpodSubject): boolean {
  return segments.length === 3 && segments[1]?.kind !== 'env';
}

function keyOf({ rule, segments }: GitpodSubject): string {
  return `${rule.effect} ${segments.at(-1)?.id ?? ''}`;
}

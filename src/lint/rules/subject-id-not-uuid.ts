import { quote } from '../../policy/quote.ts';
import { gitpodSubjects, isUuid } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';

export const subjectIdNotUuid: LintRule = {
  id: 'subject-id-not-uuid',
  summary: 'an id of a Gitpod principal that is not a UUID, as all of them are',
  severity: 'warning',
  check({ policy, report }) {
    for (const { segments, at } of gitpodSubjects(policy)) {
      const wrong = segments.find(({ id }) => !id.includes('*') && !isUuid(id));
      if (wrong === undefined) continue;
      report({
        at,
        message: `the id in ${quote(`${wrong.kind}:${wrong.id}`)} is not a UUID, so no token has it`,
        help: 'copy the id once more; it is 36 characters long',
      });
    }
  },
};

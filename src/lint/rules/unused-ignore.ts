import type { LintRule } from '../lint-rule.ts';

export const unusedIgnore: LintRule = {
  id: 'unused-ignore',
  summary: 'a comment that ignores a lint rule which finds nothing there',
  severity: 'warning',
  checkIdle({ id, reason }) {
    if (id === '' || reason === '') return undefined;
    return { message: `nothing on the next line is \`${id}\``, help: 'remove the comment' };
  },
};

import type { LintRule } from '../lint-rule.ts';

export const ignoreWithoutReason: LintRule = {
  id: 'ignore-without-reason',
  summary: 'a comment that ignores a lint rule and does not say why',
  severity: 'warning',
  checkIdle({ id, reason }) {
    if (id !== '' && reason !== '') return undefined;
    const what = id === '' ? 'names no lint rule to ignore' : 'gives no reason to ignore what it names';
    return { message: `the comment ${what}`, help: 'write `# countersign-ignore ID -- reason`' };
  },
};

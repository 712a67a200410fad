import type { LintRule } from '../lint-rule.ts';

export const grantEverything: LintRule = {
  id: 'grant-everything',
  summary: 'an allow of every action, or on every resource',
  severity: 'warning',
  securitySeverity: 7,
  check({ policy, report }) {
    for (const { id, effect, grants = [] } of policy.rules) {
      if (effect !== 'allow') continue;
      for (const [index, { actions, resources = [] }] of grants.entries()) {
        const path = (key: string, at: number): (string | number)[] => ['grants', index, key, at];
        const action = actions.findIndex((pattern) => /^\*+$/.test(pattern));
        const resource = resources.findIndex((pattern) => EVERY_RESOURCE.test(pattern));
        if (action !== -1) {
          report({
            at: { rule: id, path: path('actions', action) },
            message:
              resource === -1 ? 'the rule grants every action' : 'the rule grants every action on every resource',
            help: 'name the actions that are needed; a wildcard grants those of tomorrow too',
          });
        } else if (resource !== -1) {
          report({
            at: { rule: id, path: path('resources', resource) },
            message: 'the rule grants its actions on every resource',
            help: 'begin the pattern with the folder that is meant',
          });
        }
      }
    }
  },
};

/** `**`, and what means the same. */
const EVERY_RESOURCE = /^(?:\*\*\/)*\*\*$|^(?:\*\*\/)+\*$/;

import { quote } from '../../policy/quote.ts';
import { gitpodSubjects, isUuid } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import type { Route } from '../../policy/document/route.ts';

export const idUsedAsTwoKinds: LintRule = {
  id: 'id-used-as-two-kinds',
  summary: 'one id that stands for two kinds of things',
  severity: 'warning',
  check({ policy, report }) {
    const first = new Map<string, { readonly kind: string; readonly at: Route }>();
    const reported = new Set<string>();
    for (const { segments, at } of gitpodSubjects(policy)) {
      for (const { kind, id } of segments) {
        // Other ids may be short names, which are not unique.
        if (!isUuid(id)) continue;
        const before = first.get(id);
        if (before === undefined) first.set(id, { kind, at });
        if (before === undefined || before.kind === kind || reported.has(`${kind}:${id}`)) continue;
        reported.add(`${kind}:${id}`);
        report({
          at,
          message: `${quote(id)} is the id of ${nameOf(kind)} here, and of ${nameOf(before.kind)} elsewhere`,
          help: 'no two things have one id; copy the id of the one that is meant',
          related: [{ at: before.at, message: `here it is the id of ${nameOf(before.kind)}` }],
        });
      }
    }
  },
};

const NAMES: ReadonlyMap<string, string> = new Map([
  ['org', 'an organisation'],
  ['prj', 'a project'],
  ['env', 'an environment'],
  ['user', 'a user'],
  ['rnr', 'a runner'],
  ['sa', 'a service account'],
]);

function nameOf(kind: string): string {
  return NAMES.get(kind) ?? quote(kind);
}

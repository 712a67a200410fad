import { type Node, type ScalarNode, stringsAt, valueAt } from '../document/node.ts';
import { isCanonicalPath } from '../glob/resource.ts';
import { SUBJECT_VARIABLE_NAMES, templateSegments, type TemplateFault } from '../glob/template.ts';
import type { GrantPattern } from '../policy.ts';
import { checkGlobText } from './claims.ts';
import type { Source } from './source.ts';
import { suggest } from '../suggest.ts';
import { quote } from '../quote.ts';

/** Parses what a rule gives or takes away. */
export function parseGrants(node: Node | undefined, source: Source): readonly GrantPattern[] | undefined {
  if (node?.kind !== 'list') return undefined;
  return node.items.map((item) => {
    const actions = stringsAt(valueAt(item, 'actions'));
    for (const action of actions) checkAction(action, source);
    const resources = valueAt(item, 'resources');
    if (resources === undefined) return { actions: actions.map(({ value }) => value) };
    for (const resource of stringsAt(resources)) checkResource(resource, source);
    return { actions: actions.map(({ value }) => value), resources: stringsAt(resources).map(({ value }) => value) };
  });
}

type StringNode = ScalarNode & { readonly value: string };

export function checkAction(action: StringNode, source: Source): void {
  checkGlobText(action, source);
  if (action.value.includes('${')) {
    source.problems.add('invalid-template', action, 'templates stand in `resources` only', 'name the action');
  }
}

export function checkResource(resource: StringNode, source: Source): void {
  if (resource.value.trim() === '') return;
  if (!isCanonicalPath(resource.value)) {
    source.problems.add(
      'resource-not-canonical',
      resource,
      'a resource is non-empty segments joined by `/`, none of them `.` or `..`',
      canonicalHelp(resource.value),
    );
    return;
  }
  const segments = templateSegments(resource.value);
  if ('fault' in segments) source.problems.add('invalid-template', resource, ...templateProblem(segments));
}

function canonicalHelp(text: string): string | undefined {
  const mended = text
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
  return isCanonicalPath(mended) ? `did you mean ${quote(mended)}?` : undefined;
}

function templateProblem({ fault, text }: TemplateFault): [message: string, help: string | undefined] {
  switch (fault) {
    case 'not-closed':
      return [`the template in ${quote(text)} is not closed within its segment`, 'write `${name}` as a whole segment'];
    case 'not-whole-segment':
      return [`the template in ${quote(text)} is not a whole segment`, 'write `…/${name}/…`'];
    case 'unknown-variable':
      return [`${quote(text)} is not a variable`, suggest(text, [...SUBJECT_VARIABLE_NAMES, 'claims.NAME'])];
  }
}

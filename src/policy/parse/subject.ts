import { isString, type Node, type Span, valueAt } from '../document/node.ts';
import type { SubjectPattern, SubjectScheme } from '../subject/scheme.ts';
import type { Source } from './source.ts';

/** Parses whom a rule is about, and checks that every scheme of its issuers can say so. */
export function parseSubjects(
  node: Node | undefined,
  schemes: readonly SubjectScheme[],
  source: Source,
): readonly SubjectPattern[] | undefined {
  if (node === undefined) return undefined;
  const nodes = node.kind === 'list' ? node.items : [node];
  const patterns: SubjectPattern[] = [];
  for (const item of nodes) {
    const parsed = parsePattern(item);
    if (parsed === undefined || parsed.text.trim() === '') continue;
    for (const scheme of schemes) {
      const problem = scheme.checkPattern(parsed.pattern);
      if (problem !== undefined) source.problems.add(problem.code, parsed.span, problem.message, problem.help);
    }
    patterns.push(parsed.pattern);
  }
  return patterns;
}

function parsePattern(node: Node): { pattern: SubjectPattern; text: string; span: Span } | undefined {
  if (isString(node)) return { pattern: { prefix: node.value }, text: node.value, span: node };
  const equals = valueAt(node, 'equals');
  if (isString(equals)) return { pattern: { equals: equals.value }, text: equals.value, span: equals };
  const glob = valueAt(node, 'glob');
  if (isString(glob)) return { pattern: { glob: glob.value }, text: glob.value, span: glob };
  return undefined;
}

import type { Issuer, SubjectPattern } from '../policy/policy.ts';
import { subjectSchemes } from '../policy/subject/schemes.ts';
import type { Box } from './box.ts';

interface Node {
  readonly here: Box[];
  readonly children: Map<string, Node>;
}

/**
 * Rules by issuer and by the leading segments that their subjects spell out. Two rules that have a principal in common
 * lie on one way down from the root.
 */
export class RuleTree {
  readonly #roots = new Map<string, Node>();

  constructor(boxes: readonly Box[]) {
    for (const box of boxes) {
      for (const { name, segments } of placesOf(box)) this.#way(name, segments).at(-1)?.here.push(box);
    }
  }

  /** The rules that could cover all principals of this one; more than do. */
  above(box: Box): ReadonlySet<Box> {
    const [first] = placesOf(box);
    return new Set(first && this.#way(first.name, first.segments).flatMap(({ here }) => here));
  }

  /** The rules that could have a principal in common with this one, each at least once; more than do. */
  *near(box: Box): Generator<Box, void> {
    for (const { name, segments } of placesOf(box)) {
      const way = this.#way(name, segments);
      for (const { here } of way) yield* here;
      for (const child of way.at(-1)?.children.values() ?? []) yield* below(child);
    }
  }

  /** From the root to a place. */
  #way(issuer: string, segments: readonly string[]): readonly Node[] {
    let node = childOf(this.#roots, issuer);
    return [node, ...segments.map((segment) => (node = childOf(node.children, segment)))];
  }
}

function* below(node: Node): Generator<Box, void> {
  yield* node.here;
  for (const child of node.children.values()) yield* below(child);
}

function childOf(nodes: Map<string, Node>, name: string): Node {
  let node = nodes.get(name);
  if (node === undefined) nodes.set(name, (node = { here: [], children: new Map<string, Node>() }));
  return node;
}

function placesOf({ rule, parts }: Box): readonly { readonly name: string; readonly segments: readonly string[] }[] {
  const { subjects = [undefined] } = rule.when;
  return [...parts].flatMap(([name, { issuer, principals }]) =>
    subjects.map((pattern) => ({ name, segments: principals === undefined ? [] : spelledOut(pattern, issuer) })),
  );
}

function spelledOut(pattern: SubjectPattern | undefined, { subject }: Issuer): readonly string[] {
  if (pattern === undefined) return [];
  const [text = ''] = Object.values<string>(pattern);
  const segments = subjectSchemes.get(subject[0] ?? '')?.split(text) ?? [];
  const wild = 'glob' in pattern ? segments.findIndex((segment) => segment.includes('*')) : -1;
  return wild === -1 ? segments : segments.slice(0, wild);
}

import type { SubjectPattern } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import { type Claims, ownClaim } from '../policy/subject/scheme.ts';
import { type CompiledRule, compileSubjectGlob, type SubjectTest } from './compiled-rule.ts';
import { byCodeUnits } from './order.ts';

/** How many rules of one node a denial names at the most. */
export const MOST_NAMED = 10;

/** From how many rules of one place on they are looked up by a claim instead of asked one by one. */
const FEW = 8;

/**
 * Rules by subject: a tree of path segments. A prefix lies at its own node and covers all below; `equals` lies
 * there too, for paths that end there; a glob lies at the node of its leading literal segments.
 */
export class RuleIndex {
  readonly #root = new Node();

  add(rule: CompiledRule, pattern: SubjectPattern | undefined, split: (path: string) => readonly string[]): void {
    if (pattern === undefined) {
      this.#root.covering.add(rule);
      return;
    }
    if ('glob' in pattern) {
      const segments = split(pattern.glob);
      const literal = segments.slice(
        0,
        segments.findIndex((segment) => segment.includes('*')),
      );
      this.#node(segments.some((segment) => segment.includes('*')) ? literal : segments).globs.push({
        rule,
        test: compileSubjectGlob(pattern),
      });
      return;
    }
    const node = this.#node(split('prefix' in pattern ? pattern.prefix : pattern.equals));
    ('prefix' in pattern ? node.covering : node.exact).add(rule);
  }

  /** Settles how rules are found; none is added afterwards. */
  seal(): void {
    this.#root.seal();
  }

  /**
   * Visits, along a principal's path, every rule whose subject covers it, but those that a claim already rules
   * out; these show in `places` only.
   */
  visit(principal: Principal, path: readonly string[], claims: Claims, visitor: Visitor): void {
    let node: Node | undefined = this.#root;
    for (let depth = 0; node !== undefined; depth++) {
      node.covering.visit(claims, visitor);
      if (depth === path.length) node.exact.visit(claims, visitor);
      for (const { rule, test } of node.globs) if (test(principal.path)) visitor.rule(rule);
      const next: string | undefined = path[depth];
      node = next === undefined ? undefined : node.children?.get(next);
    }
  }

  #node(segments: readonly string[]): Node {
    let node = this.#root;
    for (const segment of segments) node = node.child(segment);
    return node;
  }
}

export interface Visitor {
  /** A rule whose subject covers the principal; the same rule may come twice. */
  readonly rule: (rule: CompiledRule) => void;
  /** The first enforced allows, by id, of a place that covers the principal, whatever their other conditions. */
  readonly allows: (firstById: readonly CompiledRule[]) => void;
}

class Node {
  children: Map<string, Node> | undefined;
  readonly covering = new Filing();
  readonly exact = new Filing();
  readonly globs: { readonly rule: CompiledRule; readonly test: SubjectTest }[] = [];

  child(segment: string): Node {
    this.children ??= new Map();
    let child = this.children.get(segment);
    if (child === undefined) this.children.set(segment, (child = new Node()));
    return child;
  }

  seal(): void {
    this.covering.seal();
    this.exact.seal();
    for (const child of this.children?.values() ?? []) child.seal();
  }
}

type Scalar = string | number | boolean;

/** The rules of one place of the tree. Where they are many, those with an equality on a claim are found by it. */
class Filing {
  #always: CompiledRule[] = [];
  readonly #byClaim = new Map<string, Map<Scalar, CompiledRule[]>>();
  #firstAllows: readonly CompiledRule[] = [];

  add(rule: CompiledRule): void {
    this.#always.push(rule);
  }

  seal(): void {
    const rules = this.#always;
    this.#firstAllows = rules
      .filter((rule) => rule.effect === 'allow' && !rule.audit)
      .sort((a, b) => byCodeUnits(a.id, b.id))
      .slice(0, MOST_NAMED);
    if (rules.length <= FEW) return;
    const crowd = countByClaim(rules);
    this.#always = rules.filter((rule) => !this.#file(rule, crowd));
  }

  visit(claims: Claims, visitor: Visitor): void {
    for (const rule of this.#always) visitor.rule(rule);
    for (const [name, byValue] of this.#byClaim) {
      const value = ownClaim(claims, name);
      for (const rule of byValue.get(value as Scalar) ?? []) visitor.rule(rule);
    }
    if (this.#firstAllows.length > 0) visitor.allows(this.#firstAllows);
  }

  /** Files a rule under the claim whose values it shares with the fewest others. */
  #file(rule: CompiledRule, crowd: ReadonlyMap<string, ReadonlyMap<Scalar, number>>): boolean {
    let best: { name: string; values: readonly Scalar[]; shared: number } | undefined;
    for (const { name, values } of equalities(rule)) {
      const shared = values.reduce<number>((most, value) => Math.max(most, crowd.get(name)?.get(value) ?? 0), 0);
      if (best === undefined || shared < best.shared) best = { name, values, shared };
    }
    if (best === undefined) return false;
    let byValue = this.#byClaim.get(best.name);
    if (byValue === undefined) this.#byClaim.set(best.name, (byValue = new Map<Scalar, CompiledRule[]>()));
    for (const value of new Set(best.values)) {
      const sharing = byValue.get(value);
      if (sharing === undefined) byValue.set(value, [rule]);
      else sharing.push(rule);
    }
    return true;
  }
}

/** The equalities of a rule on claims of one step; a deeper pointer is asked, not looked up. */
function equalities(rule: CompiledRule): readonly { name: string; values: readonly Scalar[] }[] {
  return rule.claims.flatMap(({ steps, oneOf }) =>
    oneOf !== undefined && steps.length === 1 ? [{ name: steps[0] ?? '', values: oneOf }] : [],
  );
}

function countByClaim(rules: readonly CompiledRule[]): ReadonlyMap<string, ReadonlyMap<Scalar, number>> {
  const counts = new Map<string, Map<Scalar, number>>();
  for (const { name, values } of rules.flatMap(equalities)) {
    let byValue = counts.get(name);
    if (byValue === undefined) counts.set(name, (byValue = new Map<Scalar, number>()));
    for (const value of values) byValue.set(value, (byValue.get(value) ?? 0) + 1);
  }
  return counts;
}

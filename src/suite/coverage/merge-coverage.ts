import { type Coverage, type CoverageItem, type RuleCoverage, tallyOf } from './coverage.ts';

/**
 * The coverage of several policies as one, in the order given. A rule at one place in several of them is one rule, whose
 * cases add up; a condition is left out where it says nothing in any of them.
 */
export function mergeCoverage(coverages: readonly Coverage[]): Coverage {
  const byPlace = new Map<string, RuleCoverage>();
  for (const rule of coverages.flatMap(({ rules }) => rules)) {
    const key = placeKey(rule);
    const known = byPlace.get(key);
    byPlace.set(key, known === undefined ? rule : mergeRules(known, rule));
  }
  const rules = [...byPlace.values()];
  return { rules, total: tallyOf(rules.flatMap(({ items }) => items)) };
}

function mergeRules(a: RuleCoverage, b: RuleCoverage): RuleCoverage {
  const found = new Map<string, CoverageItem>();
  for (const item of [...a.items, ...b.items]) {
    const key = [item.kind, item.name, placeKey(item)].join('\n');
    found.set(key, { ...item, cases: item.cases + (found.get(key)?.cases ?? 0) });
  }
  const items = [...found.values()].sort((one, other) => rankOf(one) - rankOf(other));
  const leftOut = a.leftOut.filter((path) => b.leftOut.includes(path));
  return { ...a, items, leftOut, total: tallyOf(items) };
}

function rankOf({ kind }: CoverageItem): number {
  return kind === 'rule' ? 0 : kind === 'condition' ? 1 : 2;
}

function placeKey({ at: { file, line, column } }: RuleCoverage | CoverageItem): string {
  return `${String(line)}:${String(column)} ${file}`;
}

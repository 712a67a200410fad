import { visible } from '../../../policy/quote.ts';
import type { Coverage, CoverageItem, RuleCoverage } from '../../../suite/coverage/coverage.ts';

/**
 * Coverage as `geninfo` writes it: a record for each policy file with rules. A rule is a function, hit as often as it
 * applies; a condition has two branches, the first taken where the rule applies, the second where the condition alone
 * refuses; a line is hit as often as the least reached item that starts on it.
 */
export function formatLcov({ rules }: Coverage): string {
  const files = new Map<string, RuleCoverage[]>();
  for (const rule of rules) files.set(rule.at.file, [...(files.get(rule.at.file) ?? []), rule]);
  return [...files].map(([file, found]) => record(file, found)).join('');
}

function record(file: string, rules: readonly RuleCoverage[]): string {
  const lines = [...linesOf(rules)].sort(([a], [b]) => a - b);
  // A block for each condition: several, of several rules even, may stand on one line.
  const branches = rules.flatMap(branchesOf).map((branch, index) => ({ ...branch, block: Math.floor(index / 2) }));
  const names = rules.map(({ rule }) => visible(rule));
  const hits = rules.map(appliedOf);
  return [
    'TN:',
    `SF:${visible(file)}`,
    ...rules.map(({ at }, index) => `FN:${String(at.line)},${names[index] ?? ''}`),
    ...hits.map((count, index) => `FNDA:${String(count)},${names[index] ?? ''}`),
    ...totals('FN', hits),
    ...branches.map(({ line, block, branch, taken, isReached }) => {
      return `BRDA:${[line, block, branch].map(String).join(',')},${isReached ? String(taken) : '-'}`;
    }),
    ...totals('BR', branches.map(({ taken }) => taken)), // prettier-ignore
    ...lines.map(([line, count]) => `DA:${String(line)},${String(count)}`),
    ...totals('L', lines.map(([, count]) => count)), // prettier-ignore
    'end_of_record\n',
  ].join('\n');
}

/** How many there are, and how many of them are hit. */
function totals(what: 'FN' | 'BR' | 'L', counts: readonly number[]): readonly string[] {
  return [`${what}F:${String(counts.length)}`, `${what}H:${String(counts.filter((count) => count > 0).length)}`];
}

function linesOf(rules: readonly RuleCoverage[]): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  for (const { at, cases } of rules.flatMap(({ items }) => items)) {
    lines.set(at.line, Math.min(cases, lines.get(at.line) ?? Infinity));
  }
  return lines;
}

interface Branch {
  readonly line: number;
  readonly branch: 0 | 1;
  readonly taken: number;
  readonly isReached: boolean;
}

function branchesOf(rule: RuleCoverage): readonly Branch[] {
  const applied = appliedOf(rule);
  return rule.items.filter(isCondition).flatMap(({ at, cases }): Branch[] => {
    const shared = { line: at.line, isReached: applied + cases > 0 };
    return [
      { ...shared, branch: 0, taken: applied },
      { ...shared, branch: 1, taken: cases },
    ];
  });
}

function isCondition({ kind }: CoverageItem): boolean {
  return kind === 'condition';
}

function appliedOf({ items }: RuleCoverage): number {
  return items.find(({ kind }) => kind === 'rule')?.cases ?? 0;
}

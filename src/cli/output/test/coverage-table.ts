import { inWords } from '../../../policy/parse/source.ts';
import { quote, visible } from '../../../policy/quote.ts';
import type { Coverage, CoverageItem, RuleCoverage } from '../../../suite/coverage/coverage.ts';
import type { Paint } from '../paint.ts';

/** For people: one line a rule with its percentage, and below it what no case reaches and where that stands. */
export function coverageTable({ rules }: Coverage, paint: Paint): string {
  const width = Math.max(0, ...rules.map(({ rule }) => visible(rule).length));
  return rules.map((one) => [lineOf(one, width, paint), ...missingIn(one, paint)].join('')).join('');
}

function lineOf({ rule, total }: RuleCoverage, width: number, paint: Paint): string {
  const { items, covered, percent } = total;
  const share = paint(covered === items ? 'good' : 'bad', inPercent(percent).padStart(7));
  return `${share}  ${visible(rule).padEnd(width)}  ${paint('faint', `${String(covered)} of ${String(items)}`)}\n`;
}

function missingIn({ items }: RuleCoverage, paint: Paint): readonly string[] {
  return items
    .filter(({ cases }) => cases === 0)
    .map((item) => {
      const place = inWords(item.at);
      return `         ${paint('note', place)}  ${describeMissing(item)}\n`;
    });
}

/** What no case does, where none reaches the item. */
export function describeMissing({ kind, name }: CoverageItem): string {
  switch (kind) {
    case 'rule':
      return 'the rule applies to no case';
    case 'condition':
      return `no case is refused for its ${conditionInWords(name)} alone`;
    case 'action':
    case 'resource':
      return `the ${kind} ${quote(name)} covers no request of a case`;
  }
}

function conditionInWords(path: string): string {
  if (path === 'valid') return 'time';
  return path.startsWith('claims.') ? `claim ${quote(path.slice('claims.'.length))}` : path;
}

export function inPercent(percent: number): string {
  return `${String(percent)} %`;
}

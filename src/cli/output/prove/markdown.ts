import { inWords } from '../../../policy/parse/source.ts';
import { visible } from '../../../policy/quote.ts';
import { type ProveReport, proveSummaryOf } from '../../../suite/prove-report.ts';
import type { InvariantResult } from '../../../suite/run-invariant.ts';
import { describeInvariant } from '../test/invariant.ts';

/** For a comment on a pull request: a table of all invariants, and a counterexample of each that is refuted. */
export function formatMarkdown(report: ProveReport): string {
  const { proven, refuted, undecided } = proveSummaryOf(report);
  const all = report.suites.flatMap(({ invariants }) => invariants);
  const counts = [`${String(proven)} proven`, `${String(refuted)} refuted`, `${String(undecided)} undecided`];
  return [
    `### Invariants: ${counts.join(', ')}`,
    '',
    '| outcome | invariant | where |',
    '| --- | --- | --- |',
    ...all.map(formatRow),
    '',
    ...all.filter(({ passed }) => !passed).map(formatDetails),
  ].join('\n');
}

function formatRow({ invariant: { name, at }, answer: { outcome } }: InvariantResult): string {
  const shown = outcome === 'proven' ? outcome : `**${outcome}**`;
  return `| ${shown} | ${asText(name)} | ${asText(inWords(at))} |`;
}

function formatDetails(result: InvariantResult): string {
  const lines = describeInvariant(result).map(visible);
  const fence = '`'.repeat(Math.max(3, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(longer))));
  return [`**${asText(result.invariant.name)}**`, '', `${fence}text`, ...lines, fence, '', ''].join('\n');
}

function longer({ length }: string): number {
  return length + 1;
}

/** A text that Markdown and HTML take for nothing but text. */
function asText(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~@:>-]/g, '\\$&');
}

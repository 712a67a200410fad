import { visible } from '../../../policy/quote.ts';
import type { ProveReport } from '../../../suite/prove-report.ts';
import type { InvariantResult } from '../../../suite/run-invariant.ts';
import { type Paint, paintWith, type Style } from '../paint.ts';
import { formatInvariant } from '../test/pretty.ts';
import type { FormatOptions } from '../write-targets.ts';

/** A line for each invariant, below its file; then of each that is not proven a counterexample, or why there is none. */
export function formatPretty({ suites }: ProveReport, { color }: FormatOptions): string {
  const paint = paintWith(color);
  const lists = suites.map(({ file, invariants }) =>
    [visible(file), ...invariants.map((one) => formatLine(one, paint)), ''].join('\n'),
  );
  const unproven = suites.flatMap(({ invariants }) => invariants.filter(({ passed }) => !passed));
  return [...lists, ...unproven.map((one) => formatInvariant(one, paint))].join('\n').replace(/\n+$/, '\n');
}

const STYLES: Readonly<Record<InvariantResult['answer']['outcome'], Style>> = {
  proven: 'good',
  refuted: 'bad',
  undecided: 'warning',
};

function formatLine({ invariant, answer: { outcome } }: InvariantResult, paint: Paint): string {
  return `  ${paint(STYLES[outcome], outcome.padEnd('undecided'.length))}  ${visible(invariant.name)}`;
}

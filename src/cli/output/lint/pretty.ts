import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import type { Diagnostic } from '../../../policy/diagnostic.ts';
import { formatDiagnostics } from '../../../policy/frame.ts';
import { visible } from '../../../policy/quote.ts';
import { paintWith } from '../paint.ts';
import type { FormatOptions, LintReport } from './lint-report.ts';

/** Frames for people: each place with its line, related places below it, help and docs at the end. */
export function formatPretty({ diagnostics, sources }: LintReport, { color }: FormatOptions): string {
  if (diagnostics.length === 0) return '';
  const groups = diagnostics.map(partsOf);
  // A frame has no empty line inside. The last one is a summary, which goes elsewhere.
  const frames = formatDiagnostics(groups.flat(), sources, { color }).split('\n\n');
  const paint = paintWith(color);
  let at = 0;
  const blocks = groups.map((group) =>
    group
      .map(({ message }, index) => {
        const frame = frames[at++] ?? '';
        if (index === 0) return frame;
        return `${paint('note', 'note')}${paint('strong', `: ${visible(message)}`)}${frame.slice(frame.indexOf('\n'))}`;
      })
      .join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}

/** A diagnostic and its related places, the last of which has the help for all. */
function partsOf({ related = [], help, docs, ...main }: LintDiagnostic): readonly Diagnostic[] {
  const notes = related.map(({ at, message }) => ({ code: 'note', severity: 'warning' as const, message, at }));
  const parts: readonly Diagnostic[] = [main, ...notes];
  const advice = { ...(help === undefined ? {} : { help }), ...(docs === undefined ? {} : { docs }) };
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, ...advice } : part));
}

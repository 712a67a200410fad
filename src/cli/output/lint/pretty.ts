import { frameWriter } from '../../../policy/frame.ts';
import type { FormatOptions } from '../write-targets.ts';
import type { LintReport } from './lint-report.ts';

/** Frames for people, an empty line behind each: what they see next, such as a summary, stands apart. */
export function formatPretty({ diagnostics, sources }: LintReport, { color }: Pick<FormatOptions, 'color'>): string {
  const frame = frameWriter(sources, { color });
  return diagnostics.map((diagnostic) => `${frame(diagnostic, diagnostic.related)}\n\n`).join('');
}

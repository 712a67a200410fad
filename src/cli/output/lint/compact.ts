import { visible } from '../../../policy/quote.ts';
import type { LintReport } from './lint-report.ts';

/** One line a diagnostic, as editors and `grep` take them: `file:line:column: severity code message`. */
export function formatCompact({ diagnostics }: LintReport): string {
  return diagnostics
    .map(({ at, severity, code, message }) => {
      const place = `${visible(at.file)}:${String(at.line)}:${String(at.column)}`;
      return `${place}: ${severity} ${code} ${visible(message)}\n`;
    })
    .join('');
}

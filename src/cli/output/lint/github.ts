import { visible } from '../../../policy/quote.ts';
import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import { workflowCommand } from '../workflow-command.ts';
import type { LintReport } from './lint-report.ts';
import { relativePath } from './relative-path.ts';

/** Workflow commands of GitHub Actions, which become annotations of a pull request. */
export function formatGithub({ diagnostics }: LintReport): string {
  return diagnostics.map(annotation).join('');
}

function annotation({ severity, code, message, at, help, docs }: LintDiagnostic): string {
  const oneLine = at.line === at.endLine;
  const properties = {
    file: relativePath(at.file),
    line: at.line,
    endLine: at.endLine,
    // Columns count only within one line.
    ...(oneLine ? { col: at.column, endColumn: at.endColumn } : {}),
    title: code,
  };
  const text = [
    visible(message),
    ...(help === undefined ? [] : [`help: ${visible(help)}`]),
    ...(docs === undefined ? [] : [`docs: ${visible(docs)}`]),
  ].join('\n');
  return workflowCommand(severity, properties, text);
}

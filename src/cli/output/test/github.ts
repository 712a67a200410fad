import { visible } from '../../../policy/quote.ts';
import type { TestReport } from '../../../suite/test-report.ts';
import { relativePath } from '../lint/relative-path.ts';
import { paintWith } from '../paint.ts';
import { workflowCommand } from '../workflow-command.ts';
import { why } from './why.ts';

/** Workflow commands of GitHub Actions, which become an annotation at each case that failed. */
export function formatGithub({ suites }: TestReport): string {
  return suites
    .flatMap(({ policy, results }) =>
      results
        .filter(({ passed }) => !passed)
        .map((result) => {
          const { name, at } = result.case;
          const properties = { file: relativePath(at.file), line: at.line, col: at.column, title: visible(name) };
          const text = [...result.differences.map(visible), '', why(result, policy, paintWith(false))].join('\n');
          return workflowCommand('error', properties, text);
        }),
    )
    .join('');
}

import type { Reached } from '../../../analysis/index.ts';
import { visible } from '../../../policy/quote.ts';
import { grantInWords } from '../decision.ts';
import { relativePath } from '../lint/relative-path.ts';
import { workflowCommand } from '../workflow-command.ts';
import type { ReachReport } from './reach-report.ts';
import { isGiven, withStanding } from './standing.ts';
import { conditionsInWords, principalsInWords } from './words.ts';

/** Workflow commands of GitHub Actions: a notice at each rule that allows what was asked about. */
export function formatGithub({ asked, answer }: ReachReport): string {
  return withStanding(answer.rules, isGiven)
    .map((reached) => notice(reached, asked))
    .join('');
}

function notice(reached: Reached, asked: string): string {
  const { at } = reached.rule;
  const grants = reached.gives.flatMap(({ grant }) =>
    grant === undefined ? [] : [visible(grantInWords(grant, 'allow'))],
  );
  const text = [principalsInWords(reached), ...conditionsInWords(reached), ...grants].join('\n');
  return workflowCommand(
    'notice',
    { file: relativePath(at.file), line: at.line, col: at.column, title: visible(asked) },
    text,
  );
}

import { visible } from '../../../policy/quote.ts';
import { relativePath } from '../lint/relative-path.ts';
import { workflowCommand } from '../workflow-command.ts';
import type { ChangedPlace, DiffReport, Finding } from './diff-report.ts';
import { fateOf } from './places.ts';

/** Workflow commands of GitHub Actions, which become annotations of a pull request: gains that nobody approved are errors. */
export function formatDiffGithub({ gains, losses, undecided }: DiffReport): string {
  return [
    ...gains.map((gain) => annotation(gain, gain.approved === undefined ? 'error' : 'warning')),
    ...losses.map((loss) => annotation(loss, 'warning')),
    ...undecided.map(({ message, places }) => command('warning', places, 'not decided', message)),
  ].join('');
}

function annotation(finding: Finding, level: 'error' | 'warning'): string {
  const { direction, class: kind, message, places, approved, fingerprint } = finding;
  const [first] = places;
  const text = [
    `${message}, because of ${first?.what ?? 'rule'} \`${first?.name ?? ''}\`, ${fateOf(finding)}`,
    ...(direction === 'gain' ? [`fingerprint ${fingerprint}`] : []),
    ...(approved === undefined ? [] : [`approved: ${approved}`]),
  ];
  return command(level, places, `${direction} (${kind})`, text.join('\n'));
}

/** What stood in the old policy only has no line to point at. */
function command(level: 'error' | 'warning', places: readonly ChangedPlace[], title: string, text: string): string {
  const place = places.find(({ side }) => side === 'new');
  const at = place === undefined ? {} : { file: relativePath(place.file), line: place.line, col: place.column };
  return workflowCommand(level, { ...at, title }, text.split('\n').map(visible).join('\n'));
}

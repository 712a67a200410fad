import { inline, quote } from '../../../policy/quote.ts';
import { formatJson } from '../json.ts';
import type { ChangedPlace, DiffReport, Finding } from './diff-report.ts';
import { fateOf, headlineOf, placesToShow, placeText } from './places.ts';

/** More findings than these are counted only: a comment on a pull request holds 65,536 characters. */
const MOST_SHOWN = 40;

/** A comment for a pull request. All that came from a policy stands in code, where nothing is markup. */
export function formatDiffMarkdown(report: DiffReport): string {
  const { gains, losses, undecided, unchanged, unusedApprovals } = report;
  return [
    `### Trust policy: ${headlineOf(report)}`,
    '',
    ...section('Gained', gains),
    ...section('Lost', losses),
    ...(undecided.length === 0
      ? []
      : ['**Not decided**', '', ...capped(undecided, ({ message }) => [`- ${message}`]), '']),
    ...folded(
      'Unchanged in meaning',
      capped(unchanged, ({ how, places }) => [`- ${how}: ${placesToShow(places).map(placeIn).join(', was ')}`]),
    ),
    ...folded(
      'Approvals that nothing uses',
      unusedApprovals.map(({ fingerprint, reason }) => `- \`${inline(fingerprint)}\` ${quote(reason)}`),
    ),
  ].join('\n');
}

function section(title: string, findings: readonly Finding[]): readonly string[] {
  return findings.length === 0 ? [] : [`**${title}**`, '', ...capped(findings, findingLines), ''];
}

function findingLines(finding: Finding): readonly string[] {
  const { class: kind, message, places, approved } = finding;
  const [first] = places;
  const cause = first === undefined ? '' : `, because of ${placeIn(first)}, ${fateOf(finding)}`;
  return [
    `- **${kind}**: ${message}${cause}${approved === undefined ? '' : ` (approved: ${quote(approved)})`}`,
    ...indented(folded('example and rules', detailLines(finding))),
  ];
}

function detailLines({ places, allows = [], witness, fingerprint, direction }: Finding): readonly string[] {
  return [
    ...places.map((place) => `- ${place.side}: ${placeIn(place)}`),
    ...(allows.length === 0
      ? []
      : [`- ${direction === 'gain' ? 'given' : 'was given'} by ${allows.map(quote).join(', ')}`]),
    ...(direction === 'gain' ? [`- fingerprint \`${fingerprint}\``] : []),
    ...(witness === undefined
      ? []
      : [
          `- decided \`${witness.old.effect}\` before (\`${witness.old.code}\`) and \`${witness.new.effect}\` after (\`${witness.new.code}\`):`,
          '',
          '```json',
          ...formatJson({ token: witness.token, request: witness.request }).split('\n'),
          '```',
        ]),
  ];
}

function placeIn(place: ChangedPlace): string {
  return `${place.what} ${quote(place.name)} at \`${placeText(place).replaceAll('`', '\\u{60}')}\``;
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>', ''];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function capped<T>(all: readonly T[], show: (one: T) => readonly string[]): readonly string[] {
  const more = all.length - MOST_SHOWN;
  return [...all.slice(0, MOST_SHOWN).flatMap(show), ...(more > 0 ? [`- and ${String(more)} more`] : [])];
}

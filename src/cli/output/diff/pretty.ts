import { visible } from '../../../policy/quote.ts';
import { type Paint, paintWith } from '../paint.ts';
import { flowYaml } from '../test/flow-yaml.ts';
import type { FormatOptions } from '../write-targets.ts';
import type { ChangedPlace, DiffReport, Finding, ReportedWitness } from './diff-report.ts';
import { fateOf, headlineOf, placesToShow, placeText } from './places.ts';

/** What changed in meaning, as people read it. */
export function formatDiffPretty(report: DiffReport, { color }: Pick<FormatOptions, 'color'>): string {
  const paint = paintWith(color);
  const { gains, losses, undecided, unchanged } = report;
  return [
    ...gains.flatMap((finding) => findingLines(finding, paint)),
    ...losses.flatMap((finding) => findingLines(finding, paint)),
    ...undecided.flatMap(({ message, places }) => [
      `${paint('warning', '? not decided')}  ${message}`,
      ...places.map((place) => `    ${placeLine(place, paint)}`),
      '',
    ]),
    ...(unchanged.length === 0 ? [] : [paint('strong', 'unchanged in meaning')]),
    ...unchanged.map(
      ({ how, places }) =>
        `  ${how.padEnd(9)}  ${placesToShow(places)
          .map((place) => placeLine(place, paint))
          .join(', was ')}`,
    ),
    ...(unchanged.length === 0 ? [] : ['']),
    paint('strong', headlineOf(report)),
    '',
  ].join('\n');
}

function findingLines(finding: Finding, paint: Paint): readonly string[] {
  const { direction, class: kind, message, places, witness, allows = [], fingerprint, approved } = finding;
  const sign = direction === 'gain' ? paint('bad', '+ gain') : paint('warning', '- loss');
  const names = new Set(places.map(({ name }) => name));
  const others = allows.filter((id) => !names.has(id)).map((id) => `\`${visible(id)}\``);
  return [
    `${sign} ${paint('faint', kind)}  ${paint('strong', message)}`,
    ...placesToShow(places).map(
      (place, i) =>
        `    ${i === 0 ? `because of ${placeLine(place, paint)}, ${fateOf(finding)}` : `before: ${placeLine(place, paint)}`}`,
    ),
    ...(others.length === 0 ? [] : [`    ${direction === 'gain' ? 'given' : 'was given'} by ${others.join(', ')}`]),
    ...(witness === undefined ? [] : witnessLines(witness, paint)),
    ...(direction === 'gain' ? [`    ${paint('faint', `fingerprint ${fingerprint}`)}`] : []),
    ...(approved === undefined ? [] : [`    ${paint('good', 'approved')}: ${visible(approved)}`]),
    '',
  ];
}

function placeLine(place: ChangedPlace, paint: Paint): string {
  return `${place.what} \`${visible(place.name)}\` ${paint('faint', `(${placeText(place)})`)}`;
}

function witnessLines({ token, request, old, new: now }: ReportedWitness, paint: Paint): readonly string[] {
  return [
    `    for example  ${flowYaml({ iss: token.issuer, ...token.claims })}`,
    `      asks for   ${flowYaml(request)}`,
    `      confirmed  ${old.effect} before ${paint('faint', `(${old.code})`)}, ${now.effect} after ${paint('faint', `(${now.code})`)}`,
  ];
}

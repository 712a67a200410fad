import { visible } from '../../../policy/quote.ts';
import { relativePath } from '../lint/relative-path.ts';
import type { ChangedPlace, DiffReport, Finding } from './diff-report.ts';

/** `policies/payments.yaml:6`, with every character visible. */
export function placeText({ file, line }: ChangedPlace): string {
  return visible(`${relativePath(file)}:${String(line)}`);
}

/** Where it stands, and where it stood if that is elsewhere. */
export function placesToShow([first, ...others]: readonly ChangedPlace[]): readonly ChangedPlace[] {
  if (first === undefined) return [];
  const named = (place: ChangedPlace): string => `${place.name} ${placeText(place)}`;
  return [first, ...others.filter((place) => named(place) !== named(first))];
}

/** How many there are of everything, as a sentence. */
export function headlineOf({ gains, losses, undecided, unchanged }: DiffReport): string {
  if (gains.length + losses.length + undecided.length === 0) {
    return unchanged.length === 0
      ? 'nothing changed'
      : `nothing changed in meaning (${counted(unchanged.length, 'rule', 'rules')} otherwise written)`;
  }
  const approved = gains.filter((gain) => gain.approved !== undefined).length;
  return [
    `${counted(gains.length, 'gain', 'gains')}${approved === 0 ? '' : ` (${String(approved)} approved)`}`,
    counted(losses.length, 'loss', 'losses'),
    ...(undecided.length === 0 ? [] : [`${String(undecided.length)} not decided`]),
  ].join(', ');
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** What became of the rule or the issuer: `added`, `removed`, `changed`. */
export function fateOf({ change }: Finding): string {
  return change.slice(change.lastIndexOf('-') + 1);
}

import { visible } from '../../policy/quote.ts';
import type { Policy } from '../../policy/policy.ts';
import { inWords } from '../output/decision.ts';
import type { Paint } from '../output/paint.ts';
import { wrap } from '../output/wrap.ts';
import type { Scene } from './perform.ts';

/** Columns: who, what is asked, the effect, by what and why. With gaps of two, 118 characters. */
const WIDTHS = [38, 26, 5, 43] as const;

/** One row a scene, of as many lines as it takes; at most 120 columns wide. */
export function formatScenes(scenes: readonly Scene[], { paint, policy }: { paint: Paint; policy: Policy }): string {
  return scenes.map((scene) => row(scene, policy, paint)).join('\n\n');
}

export function formatHead(paint: Paint): string {
  return line(['WHO', 'ASKS', 'DECISION, BY WHAT, AND WHY'], (_, text) => paint('faint', text));
}

function row({ role, claims, decision }: Scene, policy: Policy, paint: Paint): string {
  const { effect } = decision;
  const [reason] = decision.reasons;
  const rule = policy.rules.find(({ id }) => id === reason.rule);
  const decisive = effect === 'allow' || reason.code === 'denied_by_rule' ? rule : undefined;
  const why = decisive?.description ?? inWords(reason);
  const { action, resource } = role.request;
  const cells = [
    [role.who, ...wrap(shortened(decision.principal?.path ?? String(claims['sub'])), WIDTHS[0])],
    [action ?? 'plain access', ...(resource === undefined ? [] : wrap(shortened(resource), WIDTHS[1]))],
    [effect.toUpperCase()],
    [decisive?.id ?? reason.code, ...wrap(shortened(why), WIDTHS[3])],
  ].map((lines) => lines.map(visible));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    line(
      cells.map((lines) => lines[index] ?? ''),
      (column, text) => {
        if (column === 2) return paint(effect === 'allow' ? 'good' : 'bad', text);
        return index === 0 ? paint(column === 1 ? 'note' : 'strong', text) : column === 1 ? text : paint('faint', text);
      },
    ),
  ).join('\n');
}

function line(cells: readonly string[], paint: (column: number, text: string) => string): string {
  return cells
    .map((text, column) => `${paint(column, text)}${' '.repeat(Math.max(0, (WIDTHS[column] ?? 0) - text.length))}`)
    .join('  ')
    .trimEnd();
}

/** Of ids, which are UUIDs here, the last four digits are enough to tell them apart. */
function shortened(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}(?=[0-9a-f]{4})/g, '…');
}

import { visible } from '../../../policy/quote.ts';
import type { AccessGraph, Edge } from './access-graph.ts';

const COLORS = { allow: '#1a7f37', deny: '#cf222e' } as const;

/** The graph in the language of Graphviz. */
export function formatDot({ places, cards, edges }: AccessGraph): string {
  const rows = cards.flatMap(({ label, rows: of }, c) =>
    of.map(
      ({ actions, effect }, r) =>
        `  c${String(c)}r${String(r)} [label=${quoted(`${label}\n${actions === '' ? effect : actions}`)}, color="${COLORS[effect]}"];`,
    ),
  );
  return [
    'digraph "who may do what" {',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="monospace", fontsize=10];',
    ...places.map(({ label }, i) => `  p${String(i)} [label=${quoted(label)}];`),
    ...rows,
    ...places.flatMap(({ above }, i) =>
      above === undefined ? [] : [`  p${String(above)} -> p${String(i)} [arrowhead=none, color="#8c959f"];`],
    ),
    ...edges.map(dotEdge),
    '}',
    '',
  ].join('\n');
}

function dotEdge({ place, card, row, effect, isAudit, isConditional, rules }: Edge): string {
  const style = isAudit ? 'dashed' : 'solid';
  const tail = isConditional ? ', dir=both, arrowtail=odot' : '';
  return `  p${String(place)} -> c${String(card)}r${String(row)} [color="${COLORS[effect]}", style=${style}, tooltip=${quoted(rules.join(', '))}${tail}];`;
}

/** A backslash begins an escape in Graphviz, and `\\n` is the one line end that a label may have. */
function quoted(text: string): string {
  const lines = text.split('\n').map((line) => visible(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${lines.join('\\n')}"`;
}

import { xmlText } from '../xml-text.ts';
import type { AccessGraph, Card, Edge, Place } from './access-graph.ts';
import { type Layout, layoutOf, LINE, type Spot } from './layout.ts';
import { MOST_OF_ACTIONS, shortened } from './shorten.ts';

/** A picture without its style: shapes have classes only. What is cut short is whole in the title of its shape. */
export function drawing(graph: AccessGraph, style: string): string {
  const layout = layoutOf(graph);
  const size = `width="${String(layout.width)}" height="${String(layout.height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${String(layout.width)} ${String(layout.height)}" role="img" aria-label="Who may do what">`,
    style,
    `<rect class="paper" width="100%" height="100%"/>`,
    ...(graph.edges.length === 0 ? [words(24, 32, 'no rule: nobody may do anything')] : heads(layout)),
    ...graph.places.map((place, i) => branch(place, i, layout)),
    ...graph.edges.map((edge) => arrow(edge, graph, layout)),
    ...graph.places.map((place, i) => drawPlace(place, i, layout)),
    ...graph.cards.map((card, i) => drawCard(card, i, layout)),
    ...legend(layout),
    '</svg>',
    '',
  ]
    .filter((line, i, { length }) => line !== '' || i === length - 1)
    .join('\n');
}

const at = (value: number): string => String(Math.round(value * 10) / 10);

function heads({ places, cards }: Layout): readonly string[] {
  const head = (spot: Spot | undefined, text: string): string[] =>
    spot === undefined ? [] : [`<text class="head" x="${at(spot.x)}" y="32">${text}</text>`];
  return [...head(places[0], 'who'), ...head(cards[0], 'may do what')];
}

function branch({ above }: Place, i: number, { places }: Layout): string {
  const [from, to] = [places[above ?? -1], places[i]];
  if (from === undefined || to === undefined) return '';
  const [x, y] = [from.x + from.width, from.y + LINE / 2];
  const [toX, toY] = [to.x, to.y + LINE / 2];
  // Several children hang on one stem, which leaves the place above at its bottom where it has a row of its own.
  if (y === toY) return `<path class="branch" d="M${at(x)} ${at(y)}H${at(toX)}"/>`;
  const stem = from.x + 14;
  return `<path class="branch" d="M${at(stem)} ${at(from.y + LINE)}V${at(toY - 6)}Q${at(stem)} ${at(toY)} ${at(stem + 6)} ${at(toY)}H${at(toX)}"/>`;
}

function arrow(edge: Edge, { places, cards }: AccessGraph, { places: spots, cards: cardSpots, turn }: Layout): string {
  const { place, card, row, effect, isAudit, isConditional, rules } = edge;
  const [from, to] = [spots[place], cardSpots[card]];
  if (from === undefined || to === undefined) return '';
  const y = from.y + LINE / 2;
  const [toX, toY] = [to.x, to.y + LINE * (row + 1.5) + 2];
  const bend = (toX - turn) / 2;
  const start = from.x + from.width;
  const line = `M${at(start)} ${at(y)}H${at(turn)}C${at(turn + bend)} ${at(y)} ${at(toX - bend)} ${at(toY)} ${at(toX)} ${at(toY)}`;
  const classes = [
    'edge',
    effect,
    ...(isAudit ? ['audit'] : []),
    ...lineage(place, places).map((i) => `p${String(i)}`),
    `c${String(card)}`,
  ];
  const what = `${places[place]?.names.join(' / ') ?? ''} → ${cards[card]?.rows[row]?.actions ?? ''} ${cards[card]?.label ?? ''}`;
  const listed = rules.slice(0, 12).join(', ') + (rules.length > 12 ? ` and ${String(rules.length - 12)} more` : '');
  const mark = isConditional ? `<circle class="if" cx="${at(start + 8)}" cy="${at(y)}" r="3.5"/>` : '';
  const weight = Math.min(3, 1 + Math.floor(Math.log2(rules.length) / 2));
  return `<g class="${classes.join(' ')} w${String(weight)}"><title>${xmlText(`${what}, ${effect}${isAudit ? ' in audit mode' : ''} by ${listed}`)}</title><path d="${line}"/>${mark}</g>`;
}

/** A place and all above it. */
function lineage(index: number, places: readonly Place[]): readonly number[] {
  const above = places[index]?.above;
  return above === undefined ? [index] : [...lineage(above, places), index];
}

function drawPlace({ label, names, isFolded }: Place, i: number, { places }: Layout): string {
  const spot = places[i];
  if (spot === undefined) return '';
  return `<g class="place${names.length === 1 ? ' issuer' : ''}${isFolded ? ' folded' : ''}" id="p${String(i)}"><title>${xmlText(names.join(' / '))}</title>${box(spot)}${words(spot.x + 10, spot.y + 14, shortened(label))}</g>`;
}

function drawCard({ label, rows }: Card, i: number, { cards }: Layout): string {
  const spot = cards[i];
  if (spot === undefined) return '';
  const lines = rows.map(({ actions, effect }, row) => {
    const y = spot.y + LINE * (row + 1);
    const text = actions === '' ? (effect === 'allow' ? 'allowed' : 'denied') : actions;
    return `<circle class="dot ${effect}" cx="${at(spot.x)}" cy="${at(y + LINE / 2 + 2)}" r="4"/>${words(spot.x + 12, y + 16, shortened(text, MOST_OF_ACTIONS), effect)}`;
  });
  return `<g class="card" id="c${String(i)}"><title>${xmlText(label)}</title>${box(spot)}${words(spot.x + 10, spot.y + 15, shortened(label))}${lines.join('')}</g>`;
}

function box({ x, y, width, height }: Spot): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" rx="5"/>`;
}

function words(x: number, y: number, text: string, name?: string): string {
  return `<text${name === undefined ? '' : ` class="${name}"`} x="${at(x)}" y="${at(y)}">${xmlText(text)}</text>`;
}

function legend({ height }: Layout): readonly string[] {
  const y = height - 22;
  const sample = (x: number, classes: string, text: string, mark = ''): string =>
    `<g class="edge key ${classes}"><path d="M${at(x)} ${at(y)}H${at(x + 28)}"/>${mark}</g><text class="note" x="${at(x + 36)}" y="${at(y + 4)}">${text}</text>`;
  return [
    sample(24, 'allow w1', 'allow'),
    sample(112, 'deny w1', 'deny'),
    sample(192, 'allow audit w1', 'audit mode'),
    sample(316, 'allow w1', 'only with conditions', `<circle class="if" cx="330" cy="${at(y)}" r="3.5"/>`),
  ];
}

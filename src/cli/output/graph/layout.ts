import type { AccessGraph } from './access-graph.ts';
import { MOST_OF_ACTIONS, shortened } from './shorten.ts';

/** A rectangle in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Spot[];
  readonly cards: readonly Spot[];
  /** Where the columns of places end and edges begin to turn. */
  readonly turn: number;
}

/** Rows of places are further apart where the cards need more room than they. */
const ROW = 24;
const WIDEST_ROW = 56;
export const LINE = 20;
const MARGIN = 24;
const TOP = 56;
const CHARACTER = 7.3;
const PADDING = 20;
const BETWEEN = 28;
const AISLE = 240;
const CARD_GAP = 12;

/**
 * Columns by depth, rows by order. A place of which rules speak has a row for itself, so that its edges meet no other
 * place; any other one stands in the row of the first place below it. Cards stand where their edges come from, as far as
 * there is room.
 */
export function layoutOf({ places, cards, edges }: AccessGraph): Layout {
  const named = new Set(edges.map(({ place }) => place));
  const columns = columnsOf(places);
  let row = -1;
  const rows = places.map((place, i) => {
    const sharesRow = place.above !== undefined && i === place.above + 1 && !named.has(place.above);
    if (!sharesRow) row += 1;
    return row;
  });
  const heights = cards.map(({ rows: of }) => LINE * (of.length + 1) + 6);
  const needed = heights.reduce((sum, height) => sum + height + CARD_GAP, 0);
  const step = Math.min(WIDEST_ROW, Math.max(ROW, Math.floor(needed / (row + 1))));
  const spots = places.map(({ names }, i): Spot => {
    const column = columns[names.length - 1] ?? { x: 0, width: 0 };
    return { ...column, y: TOP + (rows[i] ?? 0) * step, height: LINE };
  });
  const last = columns.at(-1) ?? { x: MARGIN, width: 0 };
  const turn = last.x + last.width + 12;
  const cardWidth = Math.max(
    160,
    ...cards.flatMap(({ label, rows: of }) => [
      widthOf(label),
      ...of.map(({ actions }) => widthOf(actions, MOST_OF_ACTIONS)),
    ]),
  );
  const x = turn + AISLE;
  const wished = cards.map((_, i) =>
    middle(edges.filter(({ card }) => card === i).map(({ place }) => spots[place]?.y ?? 0)),
  );
  const bottom = Math.max(TOP, ...spots.map(({ y }) => y + step));
  const placed = raised(bottom, stacked(heights.map((height, i) => ({ wish: wished[i] ?? 0, height }))));
  return {
    width: Math.ceil(x + cardWidth + MARGIN),
    height: Math.ceil(Math.max(bottom, ...placed.map(({ y, height }) => y + height)) + 52),
    places: spots,
    cards: placed.map(({ y, height }) => ({ x, y, width: cardWidth, height })),
    turn,
  };
}

function columnsOf(places: AccessGraph['places']): readonly { readonly x: number; readonly width: number }[] {
  const widths: number[] = [];
  for (const { label, names } of places) {
    widths[names.length - 1] = Math.max(widths[names.length - 1] ?? 0, widthOf(label));
  }
  let x = MARGIN;
  return widths.map((width) => {
    const column = { x, width };
    x += width + BETWEEN;
    return column;
  });
}

function widthOf(label: string, most?: number): number {
  return Math.ceil([...shortened(label, most)].length * CHARACTER) + PADDING;
}

function middle(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Moves cards up by what they stand out below, as far as there is room above. */
function raised(bottom: number, cards: readonly Stacked[]): readonly Stacked[] {
  const above = Math.min(...cards.map(({ y }) => y)) - TOP;
  const below = Math.max(...cards.map(({ y, height }) => y + height)) - bottom;
  const by = Math.max(0, Math.min(above, below));
  return cards.map(({ y, height }) => ({ y: y - by, height }));
}

interface Stacked {
  readonly y: number;
  readonly height: number;
}

/** Puts cards below each other in the order of their wishes, none above its wish more than it must be. */
function stacked(cards: readonly { readonly wish: number; readonly height: number }[]): readonly Stacked[] {
  const spots = cards.map(({ height }) => ({ y: 0, height }));
  const order = cards.map((card, i) => ({ ...card, i })).sort((a, b) => a.wish - b.wish || a.i - b.i);
  let y = TOP;
  for (const { wish, height, i } of order) {
    y = Math.max(y, Math.round(wish - height / 2 + LINE / 2));
    spots[i] = { y, height };
    y += height + CARD_GAP;
  }
  return spots;
}

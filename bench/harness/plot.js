// @ts-check
import { scaleOf } from './scale.js';
import { inDigits } from './statistics.js';

/** @typedef {import('./benchmark.js').Row} Row */
/** @typedef {import('./benchmark.js').Result} Result */
/** @typedef {import('./benchmark.js').Axes} Axes */

const WIDTH = 760;
const LEFT = 84;
const RIGHT = 24;
const TOP = 56;
const LINES_HEIGHT = 320;
const BAR = 34;
const NAMES = 260;

/** Told apart on a light and on a dark ground, also by those who do not see all colours. */
const COLORS = ['#0969da', '#d1580b', '#1a7f5a', '#9a4fc4', '#c2306a', '#6e7781', '#8a6d00', '#0e8a9c'];

const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}.quiet{fill:#59636e}
.grid{stroke:#d1d9e0}.ground{fill:#fff}@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}
.grid{stroke:#3d444d}.ground{fill:#0d1117}}`;

/**
 * A plot of rows as SVG that stands by itself: a line for each series where the rows have sizes, else a bar for each.
 * @param {Pick<Result, 'title' | 'axes' | 'rows'>} result
 */
export function toSvg({ title, axes, rows }) {
  const points = rows.filter((row) => row.x !== undefined);
  const { height, body } = points.length > 0 ? lines(points, axes) : bars(rows, axes);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="ground" width="100%" height="100%"/>
<text class="title" x="20" y="30">${escaped(title)}</text>
${body.join('\n')}
</svg>
`;
}

/**
 * @param {readonly Row[]} rows
 * @param {Axes} axes
 */
function bars(rows, axes) {
  const end = WIDTH - 150;
  const scale = scaleOf([0, ...rows.map(({ value }) => value)], false, NAMES, end);
  const body = rows.flatMap(({ series, value, unit, ratio }, index) => {
    const y = TOP + index * BAR;
    const width = scale.place(value) - NAMES;
    const figure = `${inDigits(value)} ${unit}${ratio === undefined ? '' : `  ${ratio.toFixed(2)} ×`}`;
    return [
      `<text x="${NAMES - 10}" y="${y + 16}" text-anchor="end">${escaped(series)}</text>`,
      `<rect x="${NAMES}" y="${y}" width="${width.toFixed(1)}" height="22" rx="3" fill="${colorOf(index)}"/>`,
      `<text class="quiet" x="${(NAMES + width + 8).toFixed(1)}" y="${y + 16}">${escaped(figure)}</text>`,
    ];
  });
  const foot = TOP + rows.length * BAR + 16;
  return {
    height: foot + 16,
    body: [...body, `<text class="quiet" x="${NAMES}" y="${foot}">${escaped(axes.y)}</text>`],
  };
}

/**
 * @param {readonly Row[]} rows
 * @param {Axes} axes
 */
function lines(rows, axes) {
  const bottom = TOP + LINES_HEIGHT;
  const x = scaleOf(
    rows.map((row) => row.x ?? 0),
    axes.logX === true,
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scaleOf(
    rows.map(({ value }) => value),
    axes.logY === true,
    bottom,
    TOP,
  );
  const series = [...new Set(rows.map((row) => row.series))];
  const drawn = series.flatMap((name, index) => {
    const places = rows
      .filter((row) => row.series === name)
      .map((row) => `${x.place(row.x ?? 0).toFixed(1)},${y.place(row.value).toFixed(1)}`);
    const dots = places.map((place) => place.split(',')).map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5"/>`);
    return [
      `<g fill="${colorOf(index)}"><polyline points="${places.join(' ')}" fill="none" stroke="${colorOf(index)}" stroke-width="2"/>${dots.join('')}</g>`,
    ];
  });
  const { height, body } = legend(series, bottom + 64);
  return {
    height,
    body: [...grid(x.ticks, y.ticks, x.place, y.place, bottom), ...names(axes, bottom), ...drawn, ...body],
  };
}

/**
 * @param {readonly number[]} xs
 * @param {readonly number[]} ys
 * @param {(value: number) => number} placeX
 * @param {(value: number) => number} placeY
 * @param {number} bottom
 */
function grid(xs, ys, placeX, placeY, bottom) {
  const across = ys.flatMap((value) => {
    const at = placeY(value).toFixed(1);
    return [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`,
      `<text class="quiet" x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${inShort(value)}</text>`,
    ];
  });
  const down = xs.map(
    (value) =>
      `<text class="quiet" x="${placeX(value).toFixed(1)}" y="${bottom + 20}" text-anchor="middle">${inShort(value)}</text>`,
  );
  return [...across, ...down];
}

/**
 * @param {Axes} axes
 * @param {number} bottom
 */
function names(axes, bottom) {
  return [
    `<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 42}" text-anchor="middle">${escaped(axes.x ?? '')}</text>`,
    `<text class="quiet" x="20" y="${TOP - 8}">${escaped(axes.y)}</text>`,
  ];
}

/**
 * @param {readonly string[]} series
 * @param {number} top
 */
function legend(series, top) {
  const body = series.flatMap((name, index) => {
    const [left, y] = [LEFT + (index % 2) * 320, top + (index >> 1) * 22];
    return [
      `<rect x="${left}" y="${y - 10}" width="12" height="12" rx="2" fill="${colorOf(index)}"/>`,
      `<text x="${left + 20}" y="${y}">${escaped(name)}</text>`,
    ];
  });
  return { height: top + Math.ceil(series.length / 2) * 22 + 8, body };
}

/** @param {number} index */
const colorOf = (index) => COLORS[index % COLORS.length];

/** @param {number} value */
function inShort(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1 || value === 0 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(2)));
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { join } from 'node:path';
import { Context, milliseconds } from '../../bench/harness/context.js';
import { toSvg } from '../../bench/harness/plot.js';
import { scaleOf } from '../../bench/harness/scale.js';
import { inDigits, median } from '../../bench/harness/statistics.js';
import { toMarkdown } from '../../bench/harness/table.js';
import { root, run } from '../repository/repository.ts';
import { runsOf } from '../runs.ts';

const folder = join(root, 'bench');

describe('median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 2, 100], 3],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('has as many values below it as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const [below, above] = [values.filter((v) => v < middle), values.filter((v) => v > middle)];
        expect(Math.max(below.length, above.length)).toBeLessThanOrEqual(values.length / 2);
      }),
      { numRuns: runsOf() },
    );
  });

  test('of nothing is refused', () => {
    expect(() => median([])).toThrow(TypeError);
  });
});

test.each([
  [0, '0'],
  [0.012345, '0.0123'],
  [1.004, '1.00'],
  [51.27, '51.3'],
  [3398.4, '3,398'],
])('writes %d as %s', (value, text) => {
  expect(inDigits(value)).toBe(text);
});

describe('a context', () => {
  test('measures every series once a round, and each round begins with another', async () => {
    const calls: string[] = [];
    const series = (name: string) => () => calls.push(name);
    const context = new Context(3, folder);
    const samples = await context.measure({ a: series('a'), b: series('b') });
    expect(calls.join('')).toBe('ab' + 'ab' + 'ba' + 'ab');
    expect(samples).toEqual({ a: [3, 6, 7], b: [4, 5, 8] });
  });

  test('makes rows of medians with ratios to a baseline', () => {
    const rows = new Context(3, folder).rows(
      { slow: [4, 6, 100], fast: [2, 3, 4] },
      { unit: 'ms', baseline: 'fast', x: 10 },
    );
    expect(rows).toEqual([
      { series: 'slow', x: 10, value: 6, unit: 'ms', ratio: 2 },
      { series: 'fast', x: 10, value: 3, unit: 'ms', ratio: 1 },
    ]);
  });

  test('makes rows without ratios where there is no baseline, and refuses one that was not measured', () => {
    const context = new Context(1, folder);
    expect(context.rows({ a: [1] }, { unit: 'B' })).toEqual([{ series: 'a', value: 1, unit: 'B' }]);
    expect(() => context.rows({ a: [1] }, { unit: 'B', baseline: 'b' })).toThrow(TypeError);
  });

  test('loads a peer, and remembers one that is not installed', async () => {
    const context = new Context(1, folder);
    expect(await context.peer('yaml')).toHaveProperty('parse');
    expect(await context.peer('no-such-peer')).toBeUndefined();
    expect([...context.missing]).toEqual(['no-such-peer']);
  });

  test('waits for the work it times', async () => {
    let isDone = false;
    expect(await milliseconds(async () => void (isDone = await Promise.resolve(true)))).toBeGreaterThan(0);
    expect(isDone).toBe(true);
  });
});

describe('a scale', () => {
  test('begins at nought and ends at a round number', () => {
    const { place, ticks } = scaleOf([3, 187], false, 100, 500);
    expect(ticks).toEqual([0, 50, 100, 150, 200]);
    expect([0, 100, 200].map(place)).toEqual([100, 300, 500]);
  });

  test('has powers of ten at equal distances where it is logarithmic', () => {
    const { place, ticks } = scaleOf([10, 1_000_000], true, 0, 100);
    expect(ticks).toEqual([10, 100, 1_000, 10_000, 100_000, 1_000_000]);
    expect(ticks.map((tick) => Math.round(place(tick)))).toEqual([0, 20, 40, 60, 80, 100]);
  });

  test('holds every value, whichever kind it is', () => {
    const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1 }), fc.boolean(), (values, isLog) => {
        const { place } = scaleOf(values, isLog, 0, 1);
        for (const value of values) {
          expect(place(value)).toBeGreaterThanOrEqual(-1e-9);
          expect(place(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: runsOf() },
    );
  });
});

const plain = {
  title: 'Starts & ends',
  axes: { y: 'milliseconds' },
  rounds: 15,
  rows: [
    { series: 'node', value: 50, unit: 'ms', ratio: 1 },
    { series: 'a | <b>', value: 101.26, unit: 'ms', ratio: 2.0252 },
  ],
  missing: ['peer'],
};
const sized = {
  title: 'Growth',
  axes: { x: 'rules', y: 'seconds', logX: true, logY: true },
  rounds: 3,
  rows: [10, 1_000, 1_000_000].flatMap((x) => ['one', 'two'].map((series) => ({ series, x, value: x / 7, unit: 's' }))),
  missing: [],
};
const machine = { date: '2026-01-01', node: '20.19.0', cpu: '2 × cpu' };

describe('the results as Markdown', () => {
  test('are a table with ratios, peers that are not installed, and where it was measured', () => {
    expect(toMarkdown('start', plain, machine)).toBe(`# Starts & ends

![Starts & ends](start.svg)

| series | milliseconds | ratio |
| --- | --: | --: |
| node | 50.0 ms | 1.00 × |
| a \\| <b> | 101 ms | 2.03 × |
| peer | not installed: \`npm install --prefix bench\` |  |

Medians of 15 interleaved rounds. 2026-01-01, Node 20.19.0, 2 × cpu.
`);
  });

  test('have a column for sizes where there are any', () => {
    const lines = toMarkdown('growth', sized, machine).split('\n').slice(4, 7);
    expect(lines).toEqual([
      '| series | rules | seconds | ratio |',
      '| --- | --: | --: | --: |',
      '| one | 10 | 1.43 s |  |',
    ]);
  });
});

describe('the plot', () => {
  test.each([plain, sized])('is well-formed SVG that needs nothing else: $title', (result) => {
    const svg = toSvg(result);
    XmlDocument.fromString(svg).dispose();
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/href|url\(|@import|NaN|undefined/);
  });

  test('has a bar for each row, as long as its value', () => {
    const widths = [...toSvg(plain).matchAll(/<rect x="260"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toHaveLength(2);
    expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(101.26 / 50, 1);
  });

  test('has a line for each series, straight where growth is by one power on logarithmic axes', () => {
    const lines = [...toSvg(sized).matchAll(/<polyline points="([^"]+)"/g)].map(([, points = '']) =>
      points.split(' ').map((point) => point.split(',').map(Number)),
    );
    expect(lines).toHaveLength(2);
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = lines[0] ?? [];
    expect((y1 - y0) / (x1 - x0)).toBeCloseTo((y2 - y1) / (x2 - x1), 2);
  });
});

describe('running benchmarks', () => {
  test.each([
    ['nonesuch', /there is no benchmark `nonesuch`; there are .*\blint\b.*\bstart\b/],
    ['--rounds=0', /`--rounds` takes a number, 1 or more/],
    ['--wrong', /'--wrong'/],
  ])('refuses %s', async (argument, expected) => {
    const { code, stdout, stderr } = await run(process.execPath, ['bench/run.js', argument]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(expected);
  });
});

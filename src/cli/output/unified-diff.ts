const CONTEXT = 3;
/** How far ahead lines are looked for that are the same again. */
const FURTHEST = 200;

/** One line of a diff: kept, taken out or put in. */
interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** The difference of two texts as `patch` and `git apply` take it; empty where there is none. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map(([from, to]) => hunk(steps, from, to));
  return [`--- a/${file}\n+++ b/${file}\n`, ...hunks].join('');
}

/** Lines with their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A way from one text to another, short where changes are few and small. */
function stepsBetween(a: readonly string[], b: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      steps.push({ sign: ' ', line: a[i] ?? '' });
      [i, j] = [i + 1, j + 1];
      continue;
    }
    const [removed, added] = untilSame(a, i, b, j);
    for (const line of a.slice(i, i + removed)) steps.push({ sign: '-', line });
    for (const line of b.slice(j, j + added)) steps.push({ sign: '+', line });
    [i, j] = [i + removed, j + added];
  }
  return steps;
}

/** How many lines to take out and put in until both texts go on with two equal lines, or end. */
function untilSame(a: readonly string[], i: number, b: readonly string[], j: number): readonly [number, number] {
  for (let distance = 1; distance <= FURTHEST; distance++) {
    for (let removed = 0; removed <= distance; removed++) {
      const [x, y] = [i + removed, j + distance - removed];
      if (x <= a.length && y <= b.length && a[x] === b[y] && a[x + 1] === b[y + 1]) return [removed, y - j];
    }
  }
  return [a.length - i, b.length - j];
}

/** Stretches of changes with the lines around them; those that touch are one. */
function hunksOf(steps: readonly Step[]): readonly (readonly [from: number, to: number])[] {
  const hunks: [number, number][] = [];
  for (const [at, { sign }] of steps.entries()) {
    if (sign === ' ') continue;
    const [from, to] = [Math.max(0, at - CONTEXT), Math.min(steps.length, at + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function hunk(steps: readonly Step[], from: number, to: number): string {
  const count = (sign: '-' | '+', some: readonly Step[]): number =>
    some.filter((step) => step.sign === ' ' || step.sign === sign).length;
  const [lead, shown] = [steps.slice(0, from), steps.slice(from, to)];
  const range = (sign: '-' | '+'): string => {
    const length = count(sign, shown);
    return `${sign}${String(count(sign, lead) + (length === 0 ? 0 : 1))},${String(length)}`;
  };
  const lines = shown.map(({ sign, line }) =>
    line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ ${range('-')} ${range('+')} @@\n${lines.join('')}`;
}

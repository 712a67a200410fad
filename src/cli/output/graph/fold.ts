import { byCodeUnits } from '../../../policy/order.ts';
import { grouped } from './grouped.ts';

type Path = readonly string[];

/** What a folded group is called, and which steps are of it; steps of no group are never folded. */
export type GroupOf = (step: string) => string | undefined;

/**
 * Paths with steps that are alike put together, until at most `most` different ones are left or nothing can be put together
 * any more: many steps of one group at one place become a step such as `123 projects`.
 */
export function foldPaths(paths: readonly Path[], groupOf: GroupOf, most: number): (path: Path) => Path {
  const different = [...new Map(paths.map((path) => [keyOf(path), path])).values()];
  let folded: ReadonlyMap<string, Path> = new Map();
  for (const widest of [Infinity, 40, 24, 16, 8, 4, 2, 1]) {
    folded = fold(different, groupOf, widest);
    if (new Set([...folded.values()].map(keyOf)).size <= most) break;
  }
  return (path) => folded.get(keyOf(path)) ?? path;
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Each path by its key, folded where more than `widest` steps of one group stand at one place. */
function fold(paths: readonly Path[], groupOf: GroupOf, widest: number): ReadonlyMap<string, Path> {
  const folded = new Map<string, Path>();
  const groups = grouped(
    paths.filter(({ length }) => length > 0),
    ([step = '']) => groupOf(step) ?? `=${step}`,
  );
  for (const [group, members] of groups) {
    const steps = new Set(members.map(([step = '']) => step));
    const isFolded = steps.size > widest;
    const sets = isFolded ? [members] : [...grouped(members, ([step = '']) => step).values()];
    for (const set of sets) {
      const tails = fold(
        set.map((path) => path.slice(1)),
        groupOf,
        widest,
      );
      for (const path of set) {
        const [step = '', ...tail] = path;
        folded.set(keyOf(path), [
          isFolded ? `${String(steps.size)} ${group}` : step,
          ...(tails.get(keyOf(tail)) ?? []),
        ]);
      }
    }
  }
  return folded;
}

/** Paths in an order in which each follows the one above it. */
export function byPath(a: Path, b: Path): number {
  const at = a.findIndex((step, i) => step !== b[i]);
  return at === -1 ? a.length - b.length : at >= b.length ? 1 : byCodeUnits(a[at] ?? '', b[at] ?? '');
}

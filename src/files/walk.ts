import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { FileRefused, refusalOf } from './file-refused.ts';

/** One policy file, ready for `readTextFile(realPath, { root, … })`. */
export interface PolicyFile {
  /** The path to show: the given path and the names below it, joined by `/`. */
  readonly file: string;
  /** Where it really is, links resolved. */
  readonly realPath: string;
  /** The real path of the directory that it must stay in. */
  readonly root: string;
}

/** What lies below a path: the files that are policies, and the real path of every directory that was looked into. */
export interface PolicyTree {
  readonly files: readonly PolicyFile[];
  readonly directories: readonly string[];
}

/** The path to show, and the real one. */
interface Place {
  readonly shown: string;
  readonly real: string;
}

/**
 * The policy files at `path`, in code unit order of the path to show.
 *
 * A file stands for itself, whatever its name, and may be a link to anywhere. A directory stands for every `*.yaml`,
 * `*.yml` and `*.json` below it but `*.test.*`, `*.bundle.json`, `*.baseline.json`, `countersign.config.yaml` and
 * `countersign.serve.yaml`; names that begin with `.` and `node_modules` are not walked. Links are followed within the directory (so that a Kubernetes ConfigMap works,
 * `policy.yaml -> ..data/policy.yaml`); a file or directory that is reached twice counts once, under its own name rather
 * than a link's. A directory without policies gives an empty list.
 *
 * No file is opened. Nothing is skipped silently: what cannot be looked at might be a rule that denies.
 *
 * @throws {FileRefused} `missing` (a link that leads nowhere too), `not-readable`, `not-a-file` (a FIFO, socket or
 *   device with the name of a policy), `outside-root` (a link out of the directory); `path` says which.
 */
export async function findPolicyFiles(path: string): Promise<PolicyFile[]> {
  return [...(await walkPolicyTree(path)).files];
}

/** The test files at `path`, found as `findPolicyFiles` finds policies: of a directory every `isTestFileName` below it. */
export async function findTestFiles(path: string): Promise<PolicyFile[]> {
  return [...(await walkPolicyTree(path, isTestFileName)).files];
}

/** As `findPolicyFiles`, with the directories that were walked, for who wants to watch them. */
export async function walkPolicyTree(path: string, isWanted: FileNames = isPolicyFileName): Promise<PolicyTree> {
  const start: Place = { shown: join(path), real: await attempt(path, () => realpath(path)) };
  const kind = await attempt(path, () => stat(start.real));
  if (kind.isDirectory()) return walkDirectory(start, isWanted);
  if (!kind.isFile()) throw new FileRefused('not-a-file', path);
  return { files: [{ file: posix(start.shown), realPath: start.real, root: dirname(start.real) }], directories: [] };
}

/** Tells by their names which files of a directory are meant. */
export type FileNames = (name: string) => boolean;

/** Whether a file of this name holds tests of policies. */
export function isTestFileName(name: string): boolean {
  return /\.test\.(?:yaml|yml|json)$/u.test(name) && !name.startsWith('.');
}

/** Whether a file of this name is read when its directory is. */
export function isPolicyFileName(name: string): boolean {
  return (
    /\.(?:yaml|yml|json)$/u.test(name) &&
    !name.startsWith('.') &&
    !name.includes('.test.') &&
    !name.endsWith('.bundle.json') &&
    !name.endsWith('.baseline.json') &&
    name !== 'countersign.config.yaml' &&
    name !== 'countersign.serve.yaml'
  );
}

async function walkDirectory(root: Place, isWanted: FileNames): Promise<PolicyTree> {
  const files = new Map<string, string>();
  const directories = new Set<string>();
  // Links wait until all that stands under its own name is known, so that the path shown does not depend on the order
  // of the directory; a directory is entered once, so links cannot make a cycle or multiply the work.
  const links: Place[] = [];

  async function enter({ shown, real }: Place): Promise<void> {
    if (directories.has(real)) return;
    directories.add(real);
    const entries = await attempt(shown, () => readdir(real, { withFileTypes: true }));
    for (const entry of entries.sort((a, b) => byCodeUnit(a.name, b.name))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const place = { shown: join(shown, entry.name), real: join(real, entry.name) };
      if (entry.isSymbolicLink()) links.push(place);
      else await take(entry, place);
    }
  }

  async function take(kind: Pick<Dirent, 'isDirectory' | 'isFile'>, place: Place): Promise<void> {
    if (kind.isDirectory()) return enter(place);
    if (!isWanted(nameOf(place.shown))) return;
    if (!kind.isFile()) throw new FileRefused('not-a-file', posix(place.shown));
    if (!files.has(place.real)) files.set(place.real, posix(place.shown));
  }

  async function follow({ shown, real: link }: Place): Promise<void> {
    const real = await attempt(shown, () => realpath(link));
    const kind = await attempt(shown, () => stat(real));
    if (!kind.isDirectory() && !isWanted(nameOf(shown))) return;
    if (!isWithin(root.real, real)) throw new FileRefused('outside-root', posix(shown));
    await take(kind, { shown, real });
  }

  await enter(root);
  for (const link of links) await follow(link); // grows on the way
  return {
    files: Array.from(files, ([realPath, file]) => ({ file, realPath, root: root.real })).sort((a, b) =>
      byCodeUnit(a.file, b.file),
    ),
    directories: [...directories],
  };
}

/** Whether the real path `path` is the real path `root` or lies below it. */
export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

async function attempt<T>(shown: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw refusalOf(error, posix(shown), 'not-readable');
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1);
}

function posix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

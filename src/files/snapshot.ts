import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FileRefused } from './file-refused.ts';
import { type FileNames, walkPolicyTree } from './walk.ts';

/** What can be told of policy files without opening them. */
export interface Snapshot {
  /** Every directory in which a change can concern the files. */
  readonly directories: ReadonlySet<string>;
  /** Whether every path could be walked to its end, so that no directory is missing. */
  readonly complete: boolean;
  /** The real path of every file. */
  readonly files: ReadonlySet<string>;
  /** Equal for two snapshots between which nothing changed, as far as names, links, sizes and times tell. */
  readonly state: string;
}

/** Looks at the policy files at `paths` as `findPolicyFiles` does, or at those that are wanted. A path that is refused is part of the state. */
export async function takeSnapshot(paths: readonly string[], isWanted?: FileNames): Promise<Snapshot> {
  const directories = new Set<string>();
  const files = new Set<string>();
  const state: string[] = [];
  let complete = true;
  for (const path of paths) {
    // The directory that the path stands in tells when the path itself appears, vanishes or is exchanged.
    directories.add(dirname(resolve(path)));
    try {
      const tree = await walkPolicyTree(path, isWanted);
      for (const directory of tree.directories) directories.add(directory);
      for (const { file, realPath } of tree.files) {
        directories.add(dirname(realPath));
        files.add(realPath);
        state.push(`${file}\0${realPath}\0${await stateOf(realPath)}`);
      }
    } catch (error) {
      complete = false;
      state.push(error instanceof FileRefused ? `${error.code}\0${error.path}` : String(error));
      const start = await directoryAt(path);
      if (start !== undefined) directories.add(start);
    }
  }
  return { directories, complete, files, state: state.join('\n') };
}

async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return String(error);
  }
}

async function directoryAt(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

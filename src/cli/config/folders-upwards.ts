import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refusalOf } from '../../files/file-refused.ts';

/** The folders from one upwards, the nearest first, and the last of them where it is the root of a repository. */
export interface FoldersUpwards {
  readonly folders: readonly string[];
  readonly repository: string | undefined;
}

/** Climbs as far as the root of the repository, the folder with `.git`, or to the top where there is none. */
export async function foldersUpwards(from: string): Promise<FoldersUpwards> {
  const folders = [from];
  for (let folder = from; ; folder = dirname(folder)) {
    if (folder !== from) folders.push(folder);
    if (await isThere(join(folder, '.git'))) return { folders, repository: folder };
    if (dirname(folder) === folder) return { folders, repository: undefined };
  }
}

/**
 * Whether a path is taken, if only by a link that leads nowhere.
 *
 * @throws {FileRefused} where the system does not say
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const refused = refusalOf(error, path, 'not-readable');
    if (refused instanceof Error && 'code' in refused && refused.code === 'missing') return false;
    throw refused;
  }
}

import { link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileRefused, refusalOf, systemCode } from './file-refused.ts';

export interface WriteOptions {
  /** Permission bits, set exactly (no umask). Default: those of the file replaced, or `0o666` less the umask. */
  readonly mode?: number;
  /** `false`: the path must be free; of several writers at once exactly one succeeds. Default `true`. */
  readonly overwrite?: boolean;
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to disk, then moved into place. Readers
 * see the old content or the new, never a part; after a failure the old content stands and no temporary file is left.
 * Replacing a link replaces the file it leads to.
 *
 * @throws {FileRefused} `missing` (its directory), `not-a-file` (something else is in its place), `exists` (with
 *   `overwrite: false`), `not-writable`
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  { mode, overwrite = true }: WriteOptions = {},
): Promise<void> {
  try {
    const target = overwrite ? await targetOf(path) : { path, mode: undefined };
    // Loaded here, since most programs that can write only read.
    const { randomBytes } = await import('node:crypto');
    // The name begins with a dot, so that no walk takes a half-written policy for one.
    const temporary = join(dirname(target.path), `.${basename(target.path)}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeNew(temporary, content, mode ?? target.mode);
      if (overwrite) await rename(temporary, target.path);
      else await link(temporary, target.path);
    } finally {
      await rm(temporary, { force: true });
    }
    await syncDirectory(dirname(target.path));
  } catch (error) {
    throw refusalOf(error, path, 'not-writable');
  }
}

async function targetOf(path: string): Promise<{ path: string; mode: number | undefined }> {
  try {
    const real = await realpath(path);
    const present = await stat(real);
    if (!present.isFile()) throw new FileRefused('not-a-file', path);
    return { path: real, mode: present.mode & 0o7777 };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { path, mode: undefined };
  }
}

async function writeNew(path: string, content: string | Uint8Array, mode: number | undefined): Promise<void> {
  const handle = await open(path, 'wx', mode ?? 0o666);
  try {
    if (mode !== undefined) await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name last over a power cut. Not every system can; the content is safe either way. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    return;
  }
}

import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];

afterAll(async () => {
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

/**
 * A directory of its own for one test, removed when the file is done. A value is the text of a file, `{ link }` where a
 * link leads, `null` an empty directory.
 */
export async function directoryOf(
  entries: Readonly<Record<string, string | { readonly link: string } | null>>,
): Promise<string> {
  const outer = await realpath(await mkdtemp(join(tmpdir(), 'countersign-')));
  made.push(outer);
  // One level down, so that nothing but the test changes the directory it stands in.
  const root = join(outer, 'root');
  await mkdir(root);
  for (const [name, entry] of Object.entries(entries)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (entry === null) await mkdir(path, { recursive: true });
    else if (typeof entry === 'string') await writeFile(path, entry);
    else await symlink(entry.link, path);
  }
  return root;
}

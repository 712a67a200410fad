// @ts-check
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { oneOf } from './strict.js';

/** What may stand in a directory of policies, besides texts.
 * @type {Readonly<Record<string, (path: string, argument: any) => unknown>>}
 */
const makers = {
  text: (path, text) => writeFile(path, text),
  /** Each character is a byte. */
  bytes: (path, text) => writeFile(path, Buffer.from(text, 'latin1')),
  link: (path, target) => symlink(target, path),
  fifo: (path) => execFileSync('mkfifo', [path]),
  'writable-by-all': async (path, text) => {
    await writeFile(path, text);
    await chmod(path, 0o666);
  },
};

/**
 * Makes a directory `root` of policies with what an entry says, by path; paths may lead beside it (`../outside`).
 * @param {Readonly<Record<string, any>>} files
 */
export async function materialise(files) {
  const outer = await realpath(await mkdtemp(join(tmpdir(), 'countersign-')));
  const root = join(outer, 'root');
  await mkdir(root);
  for (const [name, recipe] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    const [make, argument] = oneOf(typeof recipe === 'string' ? { text: recipe } : recipe, makers, 'a file');
    await make(path, argument);
  }
  return { path: root, remove: () => rm(outer, { recursive: true, force: true }) };
}

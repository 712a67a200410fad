import { posix } from 'node:path';
import { isPolicyFileName } from '../../files/walk.ts';
import { quote } from '../../policy/quote.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { GitPlace } from './git-revision.ts';
import { runGit } from './run-git.ts';

/** A file as a commit has it. */
export interface GitFile {
  /** From the working directory. */
  readonly file: string;
  readonly bytes: Buffer;
}

interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly size: number;
  readonly file: string;
}

const LINK = '120000';
const SUBMODULE = '160000';

/**
 * The policy files at a place, as they would be found in the working directory. A file stands for itself, whatever its
 * name.
 *
 * @throws {CliError} exit code 2 where there is nothing at the path, of a link that leads out of it, and of a submodule
 */
export async function gitFiles({ commit, path }: GitPlace): Promise<readonly GitFile[]> {
  const root = posix.normalize(path).replace(/(?<=.)\/$/u, '');
  const { ok, stdout, stderr } = await runGit([
    'ls-tree',
    '-r',
    '-z',
    '-l',
    commit,
    '--',
    ...(root === '.' ? [] : [root]),
  ]);
  if (!ok) throw new CliError(exitCode.usage, `git cannot list ${quote(path)}: ${stderr.trim()}`);
  const all = stdout.toString('utf8').split('\0').filter((line) => line !== '').map(entryOf); // prettier-ignore
  if (all.length === 0) {
    throw new CliError(
      exitCode.usage,
      `there is no ${quote(path)} at ${quote(commit.slice(0, 12))}`,
      'name a path from the working directory',
    );
  }
  const walked = all.filter(({ file }) => file === root || isWalked(posix.relative(root, file)));
  await refuseOtherTrees(walked, root);
  const wanted = walked.filter(({ mode, file }) => mode !== LINK && (file === root || isPolicyFileName(posix.basename(file)))); // prettier-ignore
  return readEntries(wanted);
}

function entryOf(line: string): Entry {
  const end = line.indexOf('\t');
  const [mode = '', , id = '', size = ''] = line.slice(0, end).split(/ +/u);
  return { mode, id, size: Number(size) || 0, file: line.slice(end + 1) };
}

function isWalked(path: string): boolean {
  return path.split('/').every((name) => name === '..' || (!name.startsWith('.') && name !== 'node_modules'));
}

/** A link within the path leads to what counts once already; of all else it cannot be said what it holds. */
async function refuseOtherTrees(entries: readonly Entry[], root: string): Promise<void> {
  const links = entries.filter(({ mode }) => mode === LINK);
  const targets = await readEntries(links);
  for (const { file, bytes } of targets) {
    const target = posix.join(posix.dirname(file), bytes.toString('utf8'));
    const isInside = file !== root && entries.some((one) => one.file === target || one.file.startsWith(`${target}/`));
    if (!isInside) throw new CliError(exitCode.usage, `the link ${quote(file)} leads out of ${quote(root)}`, 'name what it leads to'); // prettier-ignore
  }
  const submodule = entries.find(({ mode }) => mode === SUBMODULE);
  if (submodule === undefined) return;
  throw new CliError(exitCode.usage, `${quote(submodule.file)} is a submodule, whose files are in another repository`, 'name a path without it'); // prettier-ignore
}

/** All of them in one run of git. */
async function readEntries(entries: readonly Entry[]): Promise<readonly GitFile[]> {
  if (entries.length === 0) return [];
  const room = entries.reduce((sum, { size }) => sum + size + 256, 0);
  const { stdout } = await runGit(['cat-file', '--batch'], entries.map(({ id }) => `${id}\n`).join(''), room);
  let at = 0;
  return entries.map(({ file, size }) => {
    const start = stdout.indexOf('\n', at) + 1;
    at = start + size + 1;
    if (start === 0 || at > stdout.length) {
      throw new CliError(
        exitCode.usage,
        `git does not have the content of ${quote(file)}`,
        'fetch it with `git fetch`',
      );
    }
    return { file, bytes: stdout.subarray(start, start + size) };
  });
}

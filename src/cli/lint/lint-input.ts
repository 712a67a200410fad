import { dirname } from 'node:path';
import { CountersignError } from '../../decision/reason.ts';
import { loadPolicies } from '../../engine/load-policies.ts';
import { FileRefused } from '../../files/file-refused.ts';
import type { PolicyFile } from '../../files/walk.ts';
import type { Diagnostic } from '../../policy/diagnostic.ts';
import { parseSources, type PolicySource } from '../../policy/parse.ts';
import { DEFAULT_PATHS, filesAt, givenFiles } from '../policy-files.ts';
import { kindOf } from '../read-input.ts';

/** The policy that is linted, and which of its files are reported on. */
export interface LintInput {
  readonly sources: readonly PolicySource[];
  /** The files that were named, or lie in a directory that was. */
  readonly files: ReadonlySet<string>;
  /** Files that were named whose text cannot be had. */
  readonly unreadable: readonly Diagnostic[];
  /** Files beside those that were named which do not load, or directories that cannot be read: left out. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the policy at some paths, all together one policy. A file that is named brings in the directory it lies in, and
 * is reported on alone.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused | CountersignError} of a path that cannot be read
 */
export async function readLintInput(given: readonly string[]): Promise<LintInput> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const named = await givenFiles(given);
  const around = await directoriesOf(paths);
  try {
    const all = [...around, ...paths];
    return await load(all, around.length === 0 ? named : await filesAt(all), new Set(named.keys()), []);
  } catch (error) {
    // What cannot be read beside a file that was named, in a directory that was not, is no fault of it.
    const isUnreadable = error instanceof FileRefused || error instanceof CountersignError;
    if (around.length === 0 || !isUnreadable) throw error;
    return load(paths, named, new Set(named.keys()), around);
  }
}

async function directoriesOf(paths: readonly string[]): Promise<readonly string[]> {
  const directories = new Set<string>();
  for (const path of paths) if ((await kindOf(path)) === 'file') directories.add(dirname(path));
  return [...directories];
}

async function load(
  paths: readonly string[],
  all: ReadonlyMap<string, PolicyFile>,
  named: ReadonlySet<string>,
  unread: readonly string[],
): Promise<LintInput> {
  const files = new Set([...all.values()].filter(({ realPath }) => named.has(realPath)).map(({ file }) => file));
  const loaded = await loadPolicies(paths);
  const leftOut = [...unread];
  let { sources, diagnostics } = loaded;
  const read = new Set(sources.map(({ file }) => file));
  const unreadable = diagnostics.filter(({ at }) => files.has(at.file) && !read.has(at.file));
  // Without a file that does not load, another that refers to it may not load either.
  for (;;) {
    const broken = new Set(diagnostics.map(({ at }) => at.file).filter((file) => !files.has(file)));
    if (broken.size === 0) return { sources, files, unreadable, leftOut };
    leftOut.push(...broken);
    sources = sources.filter(({ file }) => !broken.has(file));
    ({ diagnostics } = parseSources(sources));
  }
}

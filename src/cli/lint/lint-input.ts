import { findSources, readSources } from '../../engine/load-policies.ts';
import { FileRefused } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import type { PolicyFile } from '../../files/walk.ts';
import type { Diagnostic } from '../../policy/diagnostic.ts';
import { MOST_BYTES } from '../../policy/document/check-text.ts';
import { type ParsedSources, parseSources, type PolicySource } from '../../policy/parse.ts';
import { DEFAULT_PATHS, filesAt, givenFiles, testFiles } from '../policy-files.ts';
import { kindOf } from '../read-input.ts';
import { policyPathsOf } from './policy-directory.ts';

/** The policy that is linted, and which of its files are reported on. */
export interface LintInput {
  readonly parsed: ParsedSources;
  /** The test files that lie with them. */
  readonly tests: readonly PolicySource[];
  /** The files that were named, or lie in a directory that was. */
  readonly files: ReadonlySet<string>;
  /** Files that were named whose text cannot be had. */
  readonly unreadable: readonly Diagnostic[];
  /** Files beside those that were named which do not load, or directories that cannot be read: left out. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the policy at some paths, all together one policy. A file that is named brings in the policy it belongs to
 * (`policyPathsOf`, with the `configured` paths), and is reported on alone.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused} of a path that cannot be read
 */
export async function readLintInput(given: readonly string[], configured: readonly string[]): Promise<LintInput> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const named = await givenFiles(given);
  const around = await policiesAround(paths, configured);
  return { ...(await readAround(paths, around, named)), tests: await testsAt(paths) };
}

type PolicyInput = Omit<LintInput, 'tests'>;

async function readAround(
  paths: readonly string[],
  around: readonly string[],
  named: ReadonlyMap<string, PolicyFile>,
): Promise<PolicyInput> {
  if (around.length === 0) return load(named, named, []);
  try {
    return await load(await findSources([...around, ...paths]), named, []);
  } catch (error) {
    // What cannot be read beside a file that was named, in a directory that was not, is no fault of it.
    if (!(error instanceof FileRefused)) throw error;
    return load(named, named, around);
  }
}

/** Test files that cannot be read are no fault of the policy: `countersign test` tells of them. */
async function testsAt(paths: readonly string[]): Promise<readonly PolicySource[]> {
  try {
    const directories: string[] = [];
    for (const path of paths) if ((await kindOf(path)) === 'directory') directories.push(path);
    const files = [...(await filesAt(directories, testFiles)).values()];
    return await Promise.all(
      files.map(async ({ file }) => ({ file, text: await readTextFile(file, { maxBytes: MOST_BYTES }) })),
    );
  } catch {
    return [];
  }
}

async function policiesAround(paths: readonly string[], configured: readonly string[]): Promise<readonly string[]> {
  const around = new Set<string>();
  for (const path of paths) {
    if ((await kindOf(path)) !== 'file') continue;
    for (const one of await policyPathsOf(path, configured)) around.add(one);
  }
  return [...around];
}

async function load(
  all: ReadonlyMap<string, PolicyFile>,
  named: ReadonlyMap<string, PolicyFile>,
  unread: readonly string[],
): Promise<PolicyInput> {
  const files = new Set([...all.values()].filter(({ realPath }) => named.has(realPath)).map(({ file }) => file));
  const read = await readSources(all.values());
  const unreadable = read.unreadable.filter(({ at }) => files.has(at.file));
  const leftOut = [...unread, ...read.unreadable.map(({ at }) => at.file).filter((file) => !files.has(file))];
  let { parsed } = read;
  // Without a file that does not load, another that refers to it may not load either.
  for (;;) {
    const broken = new Set(parsed.diagnostics.map(({ at }) => at.file).filter((file) => !files.has(file)));
    if (broken.size === 0) return { parsed, files, unreadable, leftOut };
    leftOut.push(...broken);
    parsed = parseSources(parsed.sources.filter(({ file }) => !broken.has(file)));
  }
}

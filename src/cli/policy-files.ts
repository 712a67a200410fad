import { FileRefused } from '../files/file-refused.ts';
import { findPolicyFiles, findTestFiles, type PolicyFile } from '../files/walk.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export const DEFAULT_PATHS: readonly string[] = ['policies'];

/** Which files are meant, and what is said where there is none. */
interface WantedFiles {
  readonly find: (path: string) => Promise<readonly PolicyFile[]>;
  readonly nothing: string;
  readonly help: string;
}

const policyFiles: WantedFiles = {
  find: findPolicyFiles,
  nothing: 'there is no policy file (*.yaml, *.yml, *.json)',
  help: '`countersign init` writes one to start with',
};

export const testFiles: WantedFiles = {
  find: findTestFiles,
  nothing: 'there is no test file (*.test.yaml, *.test.yml, *.test.json)',
  help: 'write one beside the policies; `countersign init` in an empty directory shows how',
};

/** The policy files at some paths, or other files, by real path: one that is reached twice counts once. */
export async function filesAt(
  paths: readonly string[],
  { find }: WantedFiles = policyFiles,
): Promise<ReadonlyMap<string, PolicyFile>> {
  const files = new Map<string, PolicyFile>();
  for (const path of paths) for (const file of await find(path)) files.set(file.realPath, file);
  return files;
}

/**
 * The policy files at the paths that were given, or at `policies/` where none were; or other files.
 *
 * @throws {CliError} exit code 3 where there is no such file; exit code 2 where `policies/` is meant and missing
 * @throws {FileRefused} of a path that cannot be read
 */
export async function givenFiles(
  given: readonly string[],
  wanted: WantedFiles = policyFiles,
): Promise<ReadonlyMap<string, PolicyFile>> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const files = await filesAt(paths, wanted).catch((error: unknown) => {
    if (given.length > 0 || !(error instanceof FileRefused) || error.code !== 'missing') throw error;
    throw new CliError(exitCode.usage, error.message, 'name the policies, or let `countersign init` write one');
  });
  if (files.size > 0) return files;
  throw new CliError(
    exitCode.nothing,
    `${wanted.nothing} in ${paths.map((path) => `\`${path}\``).join(', ')}`,
    wanted.help,
  );
}

import { FileRefused } from '../files/file-refused.ts';
import { findPolicyFiles, type PolicyFile } from '../files/walk.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export const DEFAULT_PATHS: readonly string[] = ['policies'];

/** The policy files at some paths by real path: one that is reached twice counts once. */
export async function filesAt(paths: readonly string[]): Promise<ReadonlyMap<string, PolicyFile>> {
  const files = new Map<string, PolicyFile>();
  for (const path of paths) for (const file of await findPolicyFiles(path)) files.set(file.realPath, file);
  return files;
}

/**
 * The policy files at the paths that were given, or at `policies/` where none were.
 *
 * @throws {CliError} exit code 3 where there is no policy file; exit code 2 where `policies/` is meant and missing
 * @throws {FileRefused} of a path that cannot be read
 */
export async function givenFiles(given: readonly string[]): Promise<ReadonlyMap<string, PolicyFile>> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const files = await filesAt(paths).catch((error: unknown) => {
    if (given.length > 0 || !(error instanceof FileRefused) || error.code !== 'missing') throw error;
    throw new CliError(exitCode.usage, error.message, 'name the policies, or let `countersign init` write one');
  });
  if (files.size > 0) return files;
  throw new CliError(
    exitCode.nothing,
    `there is no policy file (*.yaml, *.yml, *.json) in ${paths.map((path) => `\`${path}\``).join(', ')}`,
    '`countersign init` writes one to start with',
  );
}

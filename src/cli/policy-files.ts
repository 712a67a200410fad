import { findSources } from '../engine/load-policies.ts';
import { FileRefused } from '../files/file-refused.ts';
import type { PolicyFile } from '../files/walk.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export const DEFAULT_PATHS: readonly string[] = ['policies'];

/**
 * The policy files at the paths that were given, or at `policies/` where none were.
 *
 * @throws {CliError} exit code 3 where there is no policy file; exit code 2 where `policies/` is meant and missing
 * @throws {FileRefused} of a path that cannot be read
 */
export async function givenFiles(given: readonly string[]): Promise<ReadonlyMap<string, PolicyFile>> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const files = await findSources(paths).catch((error: unknown) => {
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

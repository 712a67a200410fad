import { loadPolicies } from '../engine/load-policies.ts';
import { FileRefused } from '../files/file-refused.ts';
import { findPolicyFiles } from '../files/walk.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './output/terminal.ts';
import { redactTokens } from './redact-tokens.ts';

export const DEFAULT_PATHS: readonly string[] = ['policies'];

/**
 * The policy at some paths, or at `policies/` where none are given; what is wrong with it is shown on stderr.
 * `undefined` where it does not load.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused | CountersignError} of a path that cannot be read
 */
export async function readPolicy(
  given: readonly string[],
  { err }: Terminal,
): Promise<{ policy: Policy; sources: readonly PolicySource[] } | undefined> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  const found = await Promise.all(paths.map((path) => findPolicyFiles(path))).catch((error: unknown) => {
    if (given.length > 0 || !(error instanceof FileRefused) || error.code !== 'missing') throw error;
    throw new CliError(exitCode.usage, error.message, 'name the policies, or let `countersign init` write one');
  });
  if (found.flat().length === 0) {
    throw new CliError(
      exitCode.nothing,
      `there is no policy file (*.yaml, *.yml, *.json) in ${paths.map((path) => `\`${path}\``).join(', ')}`,
      '`countersign init` writes one to start with',
    );
  }
  const { policy, diagnostics, sources } = await loadPolicies(paths);
  if (policy !== undefined) return { policy, sources };
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

import { loadPolicies } from '../engine/load-policies.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import type { Terminal } from './output/terminal.ts';
import { DEFAULT_PATHS, givenFiles } from './policy-files.ts';
import { redactTokens } from './redact-tokens.ts';

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
  await givenFiles(given);
  const { policy, diagnostics, sources } = await loadPolicies(paths);
  if (policy !== undefined) return { policy, sources };
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

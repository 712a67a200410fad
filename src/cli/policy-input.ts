import { loadedFrom, readSources } from '../engine/load-policies.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import type { Terminal } from './output/terminal.ts';
import { givenFiles } from './policy-files.ts';
import { redactTokens } from './redact-tokens.ts';

/**
 * The policy at some paths, or at `policies/` where none are given; what is wrong with it is shown on stderr.
 * `undefined` where it does not load.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused} of a path that cannot be read
 */
export async function readPolicy(
  given: readonly string[],
  { err }: Terminal,
): Promise<{ policy: Policy; sources: readonly PolicySource[] } | undefined> {
  const files = await givenFiles(given);
  const { policy, diagnostics, sources } = loadedFrom(await readSources(files.values()));
  if (policy !== undefined) return { policy, sources };
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

import { loadedFrom, readSources } from '../engine/load-policies.ts';
import { isBundlePath, loadRecords } from '../engine/load-records.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { policyFrom } from '../policy/records.ts';
import type { Terminal } from './output/terminal.ts';
import { givenFiles } from './policy-files.ts';
import { redactTokens } from './redact-tokens.ts';

/**
 * The policy at some paths, or at `policies/` where none are given, or of a bundle; what is wrong with it is shown on stderr.
 * `undefined` where it does not load.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused | CountersignError} of a path that cannot be read, and of a bundle that does not load
 */
export async function readPolicy(
  given: readonly string[],
  { err }: Terminal,
): Promise<{ policy: Policy; sources: readonly PolicySource[] } | undefined> {
  if (given.some(isBundlePath)) {
    const { records } = await loadRecords({ policies: given });
    return { policy: policyFrom(records), sources: [] };
  }
  const files = await givenFiles(given);
  const { policy, diagnostics, sources } = loadedFrom(await readSources(files.values()));
  if (policy !== undefined) return { policy, sources };
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

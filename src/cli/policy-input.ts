import { loadedFrom, readSources } from '../engine/load-policies.ts';
import { isBundlePath, loadRecords } from '../engine/load-records.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { policyFrom } from '../policy/records.ts';
import { bundleKeysFrom } from './bundle-keys.ts';
import type { Terminal } from './output/terminal.ts';
import { DEFAULT_PATHS, givenFiles } from './policy-files.ts';
import { redactTokens } from './redact-tokens.ts';

/**
 * The policy at some paths, or at `policies/` where none are given, or of a bundle; what is wrong with it is shown on stderr.
 * `undefined` where it does not load. With `bundleKeys`, a file of public keys, nothing but a bundle signed with one of
 * them is taken.
 *
 * @throws {CliError} exit code 3 where the paths hold no policy file
 * @throws {FileRefused | CountersignError} of a path that cannot be read, and of a bundle that does not load
 */
export async function readPolicy(
  given: readonly string[],
  { err }: Terminal,
  { bundleKeys }: { readonly bundleKeys?: string } = {},
): Promise<{ policy: Policy; sources: readonly PolicySource[] } | undefined> {
  const keys = bundleKeys === undefined ? undefined : await bundleKeysFrom(bundleKeys);
  if (keys !== undefined || given.some(isBundlePath)) {
    const policies = given.length === 0 ? DEFAULT_PATHS : given;
    const { records } = await loadRecords({ policies, ...(keys === undefined ? {} : { bundleKeys: keys }) });
    return { policy: policyFrom(records), sources: [] };
  }
  const files = await givenFiles(given);
  const { policy, diagnostics, sources } = loadedFrom(await readSources(files.values()));
  if (policy !== undefined) return { policy, sources };
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

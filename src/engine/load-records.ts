import { readBinaryFile } from '#files';
import { CountersignError } from '../decision/reason.ts';
import { FileRefused } from '../files/file-refused.ts';
import { BundleFault } from '../policy/bundle/bundle-fault.ts';
import { type Bundle, readBundle } from '../policy/bundle/read-bundle.ts';
import type { Policy } from '../policy/policy.ts';
import { policyDigest, recordsOf } from '../policy/records.ts';
import { loadPolicies, requirePolicy } from './load-policies.ts';
import { type EngineOptions, pathsOf } from './options.ts';

/** The most bytes of a bundle; some three million rules. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Whether a path is that of a bundle, by its name: `*.bundle.json`. */
export function isBundlePath(path: string): boolean {
  return path.endsWith('.bundle.json');
}

/**
 * Reads a bundle file. Where keys are given one of them must have signed it.
 *
 * @throws {CountersignError} `ERR_POLICY_UNREADABLE`; `ERR_POLICY_INVALID`, with a diagnostic, of what `readBundle` refuses
 */
export async function loadBundle(path: string, keys?: EngineOptions['bundleKeys']): Promise<Bundle> {
  try {
    return await readBundle(await readBinaryFile(path, { maxBytes: MOST_BYTES }), keys);
  } catch (error) {
    if (error instanceof FileRefused)
      throw new CountersignError('ERR_POLICY_UNREADABLE', error.message, { cause: error });
    if (!(error instanceof BundleFault)) throw error;
    const diagnostic = error.diagnostic(path);
    const message = `the bundle does not load: ${path}:${String(error.line)}: ${error.message} (${error.code})`;
    throw new CountersignError('ERR_POLICY_INVALID', message, { diagnostics: [diagnostic] });
  }
}

/**
 * The policy that an engine is to decide by. A bundle is a whole policy, so it stands alone; where keys for bundles are
 * given nothing else is taken.
 *
 * @throws {CountersignError} `ERR_POLICY_UNREADABLE`, `ERR_POLICY_INVALID`
 */
export async function loadRecords({
  policies,
  bundleKeys,
}: Pick<EngineOptions, 'policies' | 'bundleKeys'>): Promise<Bundle> {
  const paths = pathsOf(policies);
  const [only] = paths ?? [];
  if (paths?.length === 1 && only !== undefined && isBundlePath(only)) return loadBundle(only, bundleKeys);
  const bundle = paths?.find(isBundlePath);
  if (bundle !== undefined) {
    throw new CountersignError('ERR_POLICY_UNREADABLE', `the bundle \`${bundle}\` is a whole policy and stands alone`);
  }
  if (bundleKeys !== undefined) {
    throw new CountersignError('ERR_POLICY_UNREADABLE', 'keys for bundles are given, but the policy is not a bundle');
  }
  const policy = paths === undefined ? (policies as Policy) : requirePolicy(await loadPolicies(paths));
  const records = recordsOf(policy);
  return { digest: policyDigest(records), records };
}

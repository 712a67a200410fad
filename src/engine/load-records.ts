import { readBinaryFile } from '#files';
import { type CompiledPolicy, compileRecords, PolicyDraft } from '../decision/compile.ts';
import { CountersignError } from '../decision/reason.ts';
import { FileRefused } from '../files/file-refused.ts';
import { BundleFault } from '../policy/bundle/bundle-fault.ts';
import { type Bundle, readBundle, type RuleSink } from '../policy/bundle/read-bundle.ts';
import type { Issuer, Policy } from '../policy/policy.ts';
import { policyDigest, type PolicyRecords, recordsOf } from '../policy/records.ts';
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
export async function loadBundle(
  path: string,
  keys?: EngineOptions['bundleKeys'],
  sinkFor?: (issuers: readonly Issuer[]) => RuleSink,
): Promise<Bundle> {
  try {
    return await readBundle(await readBinaryFile(path, { maxBytes: MOST_BYTES }), keys, sinkFor);
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
 * @param sinkFor takes the rules of a bundle as they are read
 * @throws {CountersignError} `ERR_POLICY_UNREADABLE`, `ERR_POLICY_INVALID`
 */
export async function loadRecords(
  { policies, bundleKeys }: Pick<EngineOptions, 'policies' | 'bundleKeys'>,
  sinkFor?: (issuers: readonly Issuer[]) => RuleSink,
): Promise<Bundle> {
  const paths = pathsOf(policies);
  const [only] = paths ?? [];
  if (paths?.length === 1 && only !== undefined && isBundlePath(only)) return loadBundle(only, bundleKeys, sinkFor);
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

/** The records of a policy, and what was compiled from them. */
export interface LoadedPolicy {
  readonly records: PolicyRecords;
  readonly compiled: CompiledPolicy;
}

/** As `loadRecords`, compiled; the rules of a bundle are compiled as they are read, and read once. */
export async function loadCompiled(options: Pick<EngineOptions, 'policies' | 'bundleKeys'>): Promise<LoadedPolicy> {
  let draft: PolicyDraft | undefined;
  const { records, digest } = await loadRecords(options, (issuers) => {
    const begun = (draft = new PolicyDraft(issuers));
    return (rule) => {
      begun.add(rule);
    };
  });
  return { records, compiled: draft?.seal(records, digest) ?? compileRecords(records, digest) };
}

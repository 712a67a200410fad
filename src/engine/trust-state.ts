import type { CompiledPolicy } from '../decision/compile.ts';
import type { Issuer, Policy } from '../policy/policy.ts';
import { policyFrom, type PolicyRecords } from '../policy/records.ts';
import type { VerifiedTokenCache } from '../token/cache.ts';
import { createVerifier, type IssuerTrust, type Verifier } from '../token/verify.ts';
import { Decisions } from './decisions.ts';
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts';
import type { LoadedPolicy } from './load-records.ts';
import type { EngineOptions } from './options.ts';

/** Everything an engine decides by at one time. A reload makes a new one; no request ever sees parts of two. */
export interface TrustState {
  readonly policy: CompiledPolicy;
  /** What it was compiled from, for explanations; read anew when first asked for, and kept. */
  readonly written: () => Policy;
  readonly verify: Verifier;
  readonly decisions: Decisions;
  /** By issuer url. */
  readonly keys: ReadonlyMap<string, IssuerKeys & { readonly issuer: Issuer }>;
  /** The audiences this service answers to, where the engine was told; else any of the policy's. */
  readonly audiences: readonly string[];
}

export async function buildTrustState(
  { records, compiled }: LoadedPolicy,
  options: EngineOptions,
  {
    clock,
    cache,
    before,
  }: { clock: () => number; cache: VerifiedTokenCache | undefined; before: TrustState | undefined },
): Promise<TrustState> {
  if (before === undefined) checkKeyUrls(records, options.keys);
  const keys = new Map<string, IssuerKeys & { readonly issuer: Issuer }>();
  for (const issuer of records.issuers) {
    keys.set(issuer.url, { issuer, ...(await issuerKeys(issuer, options, clock, before?.keys.get(issuer.url))) });
  }
  const verify = createVerifier({
    issuers: new Map(records.issuers.map((issuer) => [issuer.url, trustOf(issuer)])),
    keys: ({ url }) => sourceOf(keys, url),
    ...(cache === undefined ? {} : { cache }),
    ...(options.verification === undefined ? {} : { verification: options.verification }),
  });
  const audiences = audiencesFor(records, options.audience);
  let written: Policy | undefined;
  return {
    policy: compiled,
    written: () => (written ??= policyFrom(records)),
    verify,
    decisions: new Decisions(compiled, audiences, cache !== undefined),
    keys,
    audiences,
  };
}

function sourceOf(keys: TrustState['keys'], url: string): IssuerKeys['source'] {
  const found = keys.get(url);
  if (found === undefined) throw new RangeError(`no keys were prepared for ${url}`);
  return found.source;
}

function trustOf(issuer: Issuer): IssuerTrust {
  const { url, algorithms, tokenType, clockSkew, maxLifetime, maxTokenAge } = issuer;
  return { url, algorithms, tokenType, clockSkew, maxLifetime, ...(maxTokenAge === undefined ? {} : { maxTokenAge }) };
}

/** A misspelt url would leave an issuer to discovery, where its keys were meant to be given. */
function checkKeyUrls({ issuers }: PolicyRecords, keys: EngineOptions['keys'] = {}): void {
  const known = issuers.map(({ url }) => url);
  const unknown = Object.keys(keys).find((url) => !known.includes(url));
  if (unknown === undefined) return;
  throw new TypeError(
    `keys: no issuer has the url ${JSON.stringify(unknown)}; the policies name ${known.join(', ') || 'none'}`,
  );
}

/** The bound of what a request may ask; a policy that serves several audiences must not be left to guess. */
function audiencesFor(policy: PolicyRecords, given: EngineOptions['audience']): readonly string[] {
  if (given !== undefined) return typeof given === 'string' ? [given] : [...given];
  const named = [...new Set(policy.issuers.flatMap((issuer) => issuer.audiences))];
  if (named.length === 1) return named;
  throw new TypeError(
    named.length === 0
      ? 'the policies name no issuer, so `audience` must say what this service is called'
      : `the policies name ${String(named.length)} audiences, so \`audience\` must say which are this service: ${named.slice(0, 5).join(', ')}`,
  );
}

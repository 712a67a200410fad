import { beside, readTextFile } from '#files';
import { CountersignError } from '../decision/reason.ts';
import type { Issuer, JwksSource } from '../policy/policy.ts';
import { keyWarnings } from '../token/keys/key-warning.ts';
import type { KeySource } from '../token/keys/key-source.ts';
import { type RemoteKeySource, remoteKeys } from '../token/keys/remote-keys.ts';
import { staticKeys } from '../token/keys/static-keys.ts';
import type { EngineEvent } from './events.ts';
import type { EngineOptions } from './options.ts';

/** The key source of one issuer, and what it was made from: the same issuer keeps its source over a reload. */
export interface IssuerKeys {
  readonly madeFrom: string;
  readonly source: KeySource | RemoteKeySource;
}

const MOST_JWKS_BYTES = 512 * 1024;

/** Finds the keys of an issuer: those given to the engine, else those the policy names, else discovery. */
export async function issuerKeys(
  issuer: Issuer,
  { keys, fetch, logger, onEvent }: EngineOptions,
  clock: () => number,
  before: IssuerKeys | undefined,
): Promise<IssuerKeys> {
  const given = keys !== undefined && Object.hasOwn(keys, issuer.url) ? keys[issuer.url] : undefined;
  if (given !== undefined && 'keySet' in given) return { madeFrom: 'options', source: given };
  const { jwks } = issuer;
  if (given !== undefined) return fixed(issuer, staticKeys(given), logger);
  if (jwks !== undefined && !('uri' in jwks)) return fixed(issuer, await staticKeysOf(issuer, jwks), logger);
  const madeFrom = JSON.stringify([issuer.url, jwks?.uri ?? null]);
  if (before?.madeFrom === madeFrom) return before;
  const source = remoteKeys({
    issuer: issuer.url,
    clock,
    ...(jwks === undefined ? {} : { jwksUri: jwks.uri }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(logger === undefined ? {} : { onWarning: ({ message, ...data }) => logger.warn(data, message) }),
    ...(onEvent === undefined ? {} : { onFetch: (error) => onEvent(fetched(issuer, error)) }),
  });
  return { madeFrom, source };
}

function fetched({ url }: Issuer, error: Error | undefined): EngineEvent {
  return error === undefined ? { kind: 'keys_fetched', issuer: url } : { kind: 'keys_failed', issuer: url, error };
}

/** Keys that never change are warned of once, here. */
async function fixed({ url }: Issuer, source: KeySource, logger: EngineOptions['logger']): Promise<IssuerKeys> {
  for (const { message, ...data } of keyWarnings(url, await source.keySet(), undefined)) logger?.warn(data, message);
  return { madeFrom: '', source };
}

/** Keys that stand in the policy, or in a file it names: a path is relative to the file it stands in. */
async function staticKeysOf({ name, at }: Issuer, jwks: Exclude<JwksSource, { uri: string }>): Promise<KeySource> {
  const path = 'file' in jwks ? beside(at.file, jwks.file) : undefined;
  try {
    return staticKeys(path === undefined ? jwks : JSON.parse(await readTextFile(path, { maxBytes: MOST_JWKS_BYTES })));
  } catch (error) {
    const which = path === undefined ? `the keys at ${at.file}:${String(at.line)}` : `the key file \`${path}\``;
    const message = `${which} of issuer \`${name}\` cannot be used: ${(error as Error).message}`;
    throw new CountersignError('ERR_POLICY_UNREADABLE', message, { cause: error });
  }
}

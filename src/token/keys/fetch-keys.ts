import { discoveryUrl, jwksUriOf } from './discovery.ts';
import { fetchJson, type Fetch, type JsonAnswer, type JsonRequest } from './fetch-json.ts';
import { freshnessOf } from './freshness.ts';
import { parseKeySet, type KeySet } from './key-set.ts';
import type { KeyLimits } from './key-limits.ts';

/** A good answer: a set with at least one key, and how long it is fresh, in seconds. */
export interface FetchedKeys {
  readonly set: KeySet;
  readonly freshness: number;
}

/** Where the keys of an issuer are: its JWKS, or what its discovery document says. */
export interface KeyLocation {
  readonly issuer: string;
  readonly jwksUri: URL | undefined;
}

/**
 * Fetches an issuer's key set, discovery included, within one deadline. Takes no signal: many callers share it, and none of
 * them may end it for the others. Rejects with an `Error` whose message says what went wrong.
 */
export async function fetchKeys(
  { issuer, jwksUri }: KeyLocation,
  { fetch, limits, noCache }: { fetch: Fetch; limits: KeyLimits; noCache: boolean },
): Promise<FetchedKeys> {
  const controller = new AbortController();
  const request: JsonRequest = { fetch, signal: controller.signal, bytes: limits.bodyBytes, noCache };
  const deadline = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(new Error(`the issuer did not answer within ${String(limits.deadline)} s`));
    });
  });
  const timer = setTimeout(() => {
    controller.abort();
  }, limits.deadline * 1000);
  // Only where there is Node does a timer keep a process alive; elsewhere it is a number.
  if (typeof timer === 'object') timer.unref();
  try {
    return await Promise.race([read(issuer, jwksUri, request, limits), deadline]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function read(
  issuer: string,
  jwksUri: URL | undefined,
  request: JsonRequest,
  limits: KeyLimits,
): Promise<FetchedKeys> {
  const uri = jwksUri ?? (await discover(issuer, request));
  const { value, headers } = await naming('the JWKS', fetchJson(uri, request));
  const set = parseKeySet(value, limits.keys);
  if ('broken' in set) throw new Error(`the JWKS cannot be used: ${set.broken}`);
  return { set, freshness: freshnessOf(headers, limits.freshness) };
}

async function discover(issuer: string, request: JsonRequest): Promise<URL> {
  const url = discoveryUrl(issuer);
  if (url === undefined) throw new Error('the issuer is not a url that may be fetched');
  const document = 'the discovery document';
  const { value }: JsonAnswer = await naming(document, fetchJson(url, request));
  return naming(
    document,
    Promise.resolve().then(() => jwksUriOf(value, issuer)),
  );
}

/** Says which of the two documents a fault belongs to. */
async function naming<Value>(document: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${document} ${saying(error)}`, { cause: error });
  }
}

/** The platform's own errors say no more than that it failed; why is in the code of their cause. */
function saying(error: unknown): string {
  if (!(error instanceof Error)) return 'could not be fetched';
  const code: unknown = Reflect.get(Object(error.cause), 'code');
  if (typeof code === 'string') return `could not be fetched (${code})`;
  return error instanceof TypeError ? 'could not be fetched' : error.message;
}

import { quote } from '../../decision/reason.ts';

export type Fetch = typeof globalThis.fetch;

/** How one document is asked for. */
export interface JsonRequest {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** The most bytes of body that are read, after any content coding is undone. */
  readonly bytes: number;
  /** Asks caches on the way for what the issuer says now (RFC 9111, section 5.2.1.4). */
  readonly noCache: boolean;
}

export interface JsonAnswer {
  readonly value: unknown;
  readonly headers: Headers;
}

/**
 * Fetches a JSON document. Follows no redirect: keys come from where the configuration says, or not at all. Rejects with an
 * `Error` whose message ends a sentence that began with the url's purpose.
 */
export async function fetchJson(url: URL, { fetch, signal, bytes, noCache }: JsonRequest): Promise<JsonAnswer> {
  const response = await fetch(url.href, {
    redirect: 'manual',
    signal,
    headers: { accept: 'application/json', ...(noCache ? { 'cache-control': 'no-cache' } : {}) },
  });
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    throw new Error('answered with a redirect, and none is followed');
  }
  if (status !== 200) throw new Error(`answered with status ${String(status)}`);
  const type = headers.get('content-type') ?? '';
  if (/^text\/html\b/i.test(type)) throw new Error(`answered with ${quote(type)}`);
  const body = await readWithin(response, bytes);
  try {
    return { value: JSON.parse(utf8.decode(body)), headers };
  } catch {
    throw new Error('answered with something that is not JSON');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Counts what arrives, not what a header promises: a few bytes on the wire may unpack to gigabytes. */
async function readWithin(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return new Uint8Array();
  for await (const chunk of response.body) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > most) throw new Error(`answered with more than ${String(most)} bytes`);
    chunks.push(bytes);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

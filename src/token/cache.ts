import { digestOf } from '#token-id';
import { LRUCache } from 'lru-cache';
import type { TokenHeader } from './header.ts';
import type { IssuerTrust } from './issuer-trust.ts';
import type { JsonObject } from './json.ts';
import { knownOptions, mustBe } from './known-options.ts';

/** What is remembered of a token whose signature held: enough to judge all again that can change. */
export interface VerifiedEntry {
  /** The very configuration it was verified under; under any other object the entry is void. */
  readonly trust: IssuerTrust;
  readonly header: TokenHeader;
  readonly claims: JsonObject;
  /** The `id` of the key that verified it. */
  readonly key: string;
}

/** Bounds of the cache: number of tokens, and estimated memory in bytes. */
export interface VerifiedTokenCacheOptions {
  readonly entries?: number;
  readonly bytes?: number;
}

/** Parsed claims take about this many bytes for each byte of token. */
const GROWTH = 4;
const OVERHEAD_BYTES = 512;

/**
 * Remembers tokens whose signature held, by SHA-256 of the whole token: never by a part of it, which another token could
 * share, and never the token itself. Whoever has the digest of a token at hand may give it along. Whoever uses an entry
 * must check times and key again.
 */
export class VerifiedTokenCache {
  readonly #entries: LRUCache<string, VerifiedEntry>;

  constructor(options: VerifiedTokenCacheOptions = {}) {
    knownOptions('VerifiedTokenCache', options, ['entries', 'bytes']);
    const { entries = 10_000, bytes = 32 * 1024 * 1024 } = options;
    mustBe(Number.isSafeInteger(entries) && entries >= 1, 'entries', 'a positive whole number');
    mustBe(Number.isSafeInteger(bytes) && bytes >= 1, 'bytes', 'a positive whole number');
    this.#entries = new LRUCache({ max: entries, maxSize: bytes });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(token: string, digest: string = digestOf(token)): VerifiedEntry | undefined {
    return this.#entries.get(digest);
  }

  set(token: string, entry: VerifiedEntry, digest: string = digestOf(token)): void {
    this.#entries.set(digest, entry, { size: token.length * GROWTH + OVERHEAD_BYTES });
  }

  delete(token: string, digest: string = digestOf(token)): void {
    this.#entries.delete(digest);
  }

  /** Forgets everything: for when an issuer's configuration changes. */
  clear(): void {
    this.#entries.clear();
  }
}

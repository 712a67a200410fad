import type { KeySet } from './key-set.ts';

/** What a caller looks for, so that a source can tell a key id it has never seen. */
export interface WantedKey {
  /** The `kid` of a token as sent: unverified, of any type. */
  readonly kid?: unknown;
}

/**
 * Yields the key set of one issuer: at once where a fresh one is at hand. Rejects or throws
 * `CountersignError('ERR_KEYS_UNAVAILABLE')`, naming the issuer and the cause, where there is none to rely on.
 */
export interface KeySource {
  keySet(wanted?: WantedKey): KeySet | Promise<KeySet>;
}

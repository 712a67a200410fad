import type { KeySet } from '../token/keys/key-set.ts';
import type { TrustState } from './trust-state.ts';

/** The keys of one issuer: how many are at hand, or why there are none. */
export interface IssuerReadiness {
  readonly name: string;
  readonly url: string;
  /** Keys that may verify signatures. */
  readonly keys: number;
  /** Published keys that are not used, and why. */
  readonly setAside: readonly { readonly kid?: string; readonly why: string }[];
  readonly error?: Error;
}

/** Asks every issuer's key source: for what it has or can fetch, or (`refresh`) for what is published right now. */
export function keysReadiness({ keys }: TrustState, how: 'fetch' | 'refresh'): Promise<readonly IssuerReadiness[]> {
  return Promise.all(
    [...keys.values()].map(async ({ issuer: { name, url }, source }) => {
      try {
        const set: KeySet = how === 'refresh' && 'refresh' in source ? await source.refresh() : await source.keySet();
        return { name, url, keys: set.keys.length, setAside: set.setAside };
      } catch (error) {
        return { name, url, keys: 0, setAside: [], error: error instanceof Error ? error : new Error(String(error)) };
      }
    }),
  );
}

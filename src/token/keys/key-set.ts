import { importKey } from './import-key.ts';
import type { KeyFault } from './key-fault.ts';
import type { VerificationKey } from './verification-key.ts';

export type { VerificationKey } from './verification-key.ts';

/** A published key that is not used. The rest of its set is (RFC 7517, section 5). */
export interface SetAsideKey {
  readonly kid?: string;
  readonly why: KeyFault;
}

/** The keys of an issuer. Immutable; a change makes a new set. */
export interface KeySet {
  readonly keys: readonly VerificationKey[];
  readonly setAside: readonly SetAsideKey[];
  /** Whether a usable key with this `id` is in the set. */
  has(id: string): boolean;
}

/** Why an answer is no key set at all: a sentence for people. */
export interface BrokenKeySet {
  readonly broken: string;
}

export const MOST_KEYS = 256;

/** Reads a parsed JWKS (RFC 7517, section 5). A bad key is set aside, if need be all of them. Does not throw. */
export function parseKeySet(jwks: unknown, mostKeys: number = MOST_KEYS): KeySet | BrokenKeySet {
  const members: Readonly<Record<string, unknown>> = { __proto__: null, ...(Object(jwks) as object) };
  const listed = members['keys'];
  if (!Array.isArray(listed)) return { broken: 'not an object with an array `keys`' };
  if (listed.length === 0) return { broken: 'the set has no keys' };
  if (listed.length > mostKeys) return { broken: `the set has more than ${String(mostKeys)} keys` };
  const imported = listed.map(importKey);
  const exposed = new Set(imported.map((one) => ('why' in one && one.why === 'private' ? one.thumbprint : undefined)));
  const keys: VerificationKey[] = [];
  const setAside: SetAsideKey[] = [];
  for (const one of imported) {
    const kid = one.kid === undefined ? {} : { kid: one.kid };
    if ('why' in one) setAside.push(Object.freeze({ ...kid, why: one.why }));
    else if (exposed.has(one.thumbprint)) setAside.push(Object.freeze({ ...kid, why: 'private' as const }));
    else keys.push(Object.freeze(one.usable));
  }
  const ids = new Set(keys.map(({ id }) => id));
  return Object.freeze({
    keys: Object.freeze(keys),
    setAside: Object.freeze(setAside),
    has: (id: string) => ids.has(id),
  });
}

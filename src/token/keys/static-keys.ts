import { parseKeySet } from './key-set.ts';
import type { KeySource } from './key-source.ts';

/** The key source of a JWKS at hand, parsed. Throws a `TypeError` where it is no JWKS, or an empty one. Never changes. */
export function staticKeys(jwks: unknown): KeySource {
  const set = parseKeySet(jwks);
  if ('broken' in set) throw new TypeError(`the JWKS cannot be used: ${set.broken}`);
  return Object.freeze({ keySet: () => set });
}

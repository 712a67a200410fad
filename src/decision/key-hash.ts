/**
 * Hashes for finding rules, never for judging by them: whatever is found under a key is asked all its conditions again.
 * Numbers of 32 bits, unsigned.
 */

/** Where every hash begins (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/). */
export const EMPTY_KEY = 0x811c9dc5;
const PRIME = 0x01000193;

export function hashText(text: string): number {
  let hash = EMPTY_KEY;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}

/** The hash of what `key` stands for, followed by `next`. */
export function extendKey(key: number, next: number): number {
  const mixed = Math.imul(key ^ next, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** The hash of a claim's value where an equality can hold for it; `undefined` for null, lists and objects. */
export function hashScalar(value: string | number | boolean): number;
export function hashScalar(value: unknown): number | undefined;
export function hashScalar(value: unknown): number | undefined {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'number' || typeof value === 'boolean')
    return extendKey(hashText(typeof value), hashText(String(value)));
  return undefined;
}

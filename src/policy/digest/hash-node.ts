import process from 'node:process';
import type { Sha256 } from './hash.ts';

/** Node's own cryptography takes milliseconds to load: what never hashes does without. */
export function createSha256(): Sha256 {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  return {
    update: (data) => {
      hash.update(data);
    },
    digest: () => hash.digest(),
  };
}

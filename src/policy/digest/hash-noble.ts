import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Sha256 } from './hash.ts';

/** For runtimes without `node:crypto`; about a tenth as fast. */
export function createSha256(): Sha256 {
  const hash = sha256.create();
  return {
    update: (data) => {
      hash.update(typeof data === 'string' ? utf8ToBytes(data) : data);
    },
    digest: () => hash.digest(),
  };
}

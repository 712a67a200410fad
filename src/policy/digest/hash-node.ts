import { createHash } from 'node:crypto';
import type { Sha256 } from './hash.ts';

export function createSha256(): Sha256 {
  const hash = createHash('sha256');
  return {
    update: (data) => {
      hash.update(data);
    },
    digest: () => hash.digest(),
  };
}

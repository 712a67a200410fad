import { quote } from '../../decision/reason.ts';
import type { KeyFault } from './key-fault.ts';
import type { KeySet } from './key-set.ts';

/** A published key that is not used. `private` deserves an alarm: somebody may be signing as the issuer. */
export interface KeyWarning {
  readonly issuer: string;
  readonly kid?: string;
  readonly why: KeyFault;
  /** For people; may change. */
  readonly message: string;
}

const sentences: Readonly<Record<KeyFault, string>> = {
  malformed: 'it is not a well-formed public key',
  symmetric: 'it is a shared secret, and public',
  private: 'its private half was published: whoever read it can sign as the issuer',
  'not-for-signatures': 'it is not meant for verifying signatures',
  unsupported: 'its type or curve is not supported',
  'rsa-size': 'its modulus has fewer than 2048 or more than 8192 bits',
  'rsa-exponent': 'its exponent is even, under 65537 or over 64 bits',
  roca: 'its modulus can be factored (CVE-2017-15361)',
};

/** What to tell of a set, now that it takes the place of another: nothing where the same keys are set aside as before. */
export function keyWarnings(issuer: string, set: KeySet, before: KeySet | undefined): readonly KeyWarning[] {
  if (before !== undefined && JSON.stringify(before.setAside) === JSON.stringify(set.setAside)) return [];
  return set.setAside.map(({ kid, why }) => ({
    issuer,
    ...(kid === undefined ? {} : { kid }),
    why,
    message: `${named(kid)} of issuer ${quote(issuer)} is not used: ${sentences[why]}`,
  }));
}

function named(kid: string | undefined): string {
  return kid === undefined ? 'a key without `kid`' : `key ${quote(kid)}`;
}

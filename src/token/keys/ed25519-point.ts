import { bigIntOf } from './big-int.ts';
import type { KeyFault } from './key-fault.ts';

const P = 2n ** 255n - 19n;

/**
 * The ordinates of the points of small order. Under such a key some signatures hold for any message, so it proves
 * nothing (RFC 8032, section 5.1; "Taming the many EdDSAs", section 3).
 */
const smallOrder: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  0x5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/** Judges the 32 octets of an Ed25519 public key: its ordinate must be reduced, and not of a point of small order. */
export function ed25519Fault(x: Uint8Array): KeyFault | undefined {
  const littleEndian = bigIntOf(x.toReversed());
  const ordinate = littleEndian & (2n ** 255n - 1n);
  return ordinate >= P || smallOrder.has(ordinate) ? 'malformed' : undefined;
}

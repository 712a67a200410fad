import { bigIntOf } from './big-int.ts';
import type { KeyFault } from './key-fault.ts';

const LEAST_BITS = 2048;
/** Verifying costs the square of the size: past this an issuer's mistake becomes our outage. */
const MOST_BITS = 8192;
const MOST_EXPONENT_BITS = 64;

/** Judges modulus and exponent, big-endian (RFC 7518, section 3.3; NIST SP 800-89, section 5.3.3). */
export function rsaFault(modulus: Uint8Array, exponent: Uint8Array): KeyFault | undefined {
  if (modulus.length > MOST_BITS / 8 + 1) return 'rsa-size';
  if (exponent.length > MOST_EXPONENT_BITS / 8 + 1) return 'rsa-exponent';
  const n = bigIntOf(modulus);
  const e = bigIntOf(exponent);
  const bits = n.toString(2).length;
  if (bits < LEAST_BITS || bits > MOST_BITS) return 'rsa-size';
  if (e % 2n === 0n || e < 65_537n || e >= 2n ** BigInt(MOST_EXPONENT_BITS)) return 'rsa-exponent';
  if (n % 2n === 0n || primes.some((prime) => n % BigInt(prime) === 0n)) return 'malformed';
  return hasRocaFingerprint(n) ? 'roca' : undefined;
}

/** The primes of the published fingerprint (CVE-2017-15361; "The Return of Coppersmith's Attack", section 4.2). */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const subgroups = new Map<number, ReadonlySet<number>>();

/**
 * Whether a modulus has the form that a faulty library gave its keys: a power of 65537 modulo every small prime. One
 * random modulus in 2^27 has it too.
 */
function hasRocaFingerprint(n: bigint): boolean {
  return primes.every((prime) => subgroupOf65537(prime).has(Number(n % BigInt(prime))));
}

/** Computed at first use: a service without RSA keys never needs them. */
function subgroupOf65537(prime: number): ReadonlySet<number> {
  const known = subgroups.get(prime);
  if (known !== undefined) return known;
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * (65_537 % prime)) % prime) powers.add(power);
  subgroups.set(prime, powers);
  return powers;
}

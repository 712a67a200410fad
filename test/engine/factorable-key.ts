import { checkPrimeSync, createPrivateKey, createPublicKey, randomInt } from 'node:crypto';
import type { Pair } from '../token/tokens.ts';

/**
 * An RSA key as a faulty library made them (CVE-2017-15361): both primes are a power of 65537 modulo a primorial, and
 * anybody can find them.
 */
export function factorableKey(): Pair {
  const small = Array.from({ length: 710 }, (_, n) => n).filter((n) => n > 1 && checkPrimeSync(BigInt(n)));
  const primorial = small.slice(0, 126).reduce((product, prime) => product * BigInt(prime), 1n);
  const prime = (): bigint => {
    const residue = power(65_537n, BigInt(randomInt(2 ** 40)), primorial);
    let factor = (3n << 1022n) / primorial + BigInt(randomInt(2 ** 40));
    while (!checkPrimeSync(factor * primorial + residue)) factor += 1n;
    return factor * primorial + residue;
  };
  const [p, q] = [prime(), prime()];
  const d = inverse(65_537n, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: 65_537n, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64urlOf(value)]));
  const privateKey = createPrivateKey({ key: { kty: 'RSA', ...key }, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** A number as a JWK spells it: big-endian (RFC 7518, section 2). */
export function base64urlOf(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** By the extended algorithm of Euclid; the two numbers have no common divisor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

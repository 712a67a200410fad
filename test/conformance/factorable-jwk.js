// @ts-check
import { Buffer } from 'node:buffer';
import { checkPrimeSync, randomInt } from 'node:crypto';

/**
 * A private RSA key as a faulty library made them (CVE-2017-15361), as a JWK: both primes are a power of 65537 modulo a
 * primorial, and anybody can find them.
 */
export function factorableJwk() {
  const small = Array.from({ length: 710 }, (_, n) => n).filter((n) => n > 1 && checkPrimeSync(BigInt(n)));
  const primorial = small.slice(0, 126).reduce((product, prime) => product * BigInt(prime), 1n);
  const prime = () => {
    const residue = power(65_537n, BigInt(randomInt(2 ** 40)), primorial);
    let factor = (3n << 1022n) / primorial + BigInt(randomInt(2 ** 40));
    while (!checkPrimeSync(factor * primorial + residue)) factor += 1n;
    return factor * primorial + residue;
  };
  const [p, q] = [prime(), prime()];
  const d = inverse(65_537n, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: 65_537n, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const members = Object.entries(numbers).map(([name, value]) => [name, base64urlOf(value)]);
  return { kty: 'RSA', ...Object.fromEntries(members) };
}

/**
 * A number as a JWK spells it: big-endian (RFC 7518, section 2).
 * @param {bigint} value
 */
export function base64urlOf(value) {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

/** @param {bigint} base @param {bigint} exponent @param {bigint} modulus */
function power(base, exponent, modulus) {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/**
 * By the extended algorithm of Euclid; the two numbers have no common divisor.
 * @param {bigint} value
 * @param {bigint} modulus
 */
function inverse(value, modulus) {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

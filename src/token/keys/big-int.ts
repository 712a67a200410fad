/** The number that octets are, big-endian; none are zero. */
export function bigIntOf(octets: Uint8Array): bigint {
  const digits = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0'));
  return BigInt(`0x${digits.join('') || '0'}`);
}

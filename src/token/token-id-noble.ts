import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** As on Node, for runtimes without `node:crypto`. */
export function digestOf(text: string): string {
  return String.fromCharCode(...sha256(utf8ToBytes(text)));
}

export function tokenId(digest: string): string {
  return bytesToHex(Uint8Array.from(digest, (octet) => octet.charCodeAt(0)));
}

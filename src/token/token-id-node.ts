import { hash } from 'node:crypto';

/** The SHA-256 of a text, such as a token, in 32 characters of one octet each: for tables, not for people. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'binary');
}

/** Names a token in logs and decisions without telling it: its digest in hexadecimal. */
export function tokenId(digest: string): string {
  return Buffer.from(digest, 'latin1').toString('hex');
}

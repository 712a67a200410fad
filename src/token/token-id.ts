import { hash } from 'node:crypto';

/** Names a token in logs and decisions without telling it: its SHA-256 in hexadecimal. */
export function tokenId(token: string): string {
  return hash('sha256', token);
}

import { isIP, isIPv4 } from 'node:net';

/** Where a server listens: a TCP port of a host, or a socket of this machine. */
export type Address = { readonly host: string; readonly port: number } | { readonly socket: string };

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/;

/** Reads `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`; `undefined` for anything else. A host must be named. */
export function parseAddress(text: string): Address | undefined {
  if (text.startsWith('unix:')) return text.length > 5 && !text.includes('\0') ? { socket: text.slice(5) } : undefined;
  const [, bracketed, plain, digits] = HOST_AND_PORT.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  return { host, port };
}

/** As `parseAddress` reads it. */
export function formatAddress(address: Address): string {
  if ('socket' in address) return `unix:${address.socket}`;
  const { host, port } = address;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether nobody but this machine can connect to an address that a server is bound to (`localhost`: RFC 6761, section 6.3). */
export function isLocal(address: Address): boolean {
  if ('socket' in address) return true;
  const { host } = address;
  return host === '::1' || host.toLowerCase() === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

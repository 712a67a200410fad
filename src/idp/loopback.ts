import { isIPv4 } from 'node:net';

/** Whether a host name or address (an IPv6 address with or without brackets) can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}

import { BlockList, isIP, isIPv4 } from 'node:net';

/** Who may speak for the clients behind them. */
export interface Peers {
  /** `peer` is an address as a socket tells it, or `unix`. */
  includes(peer: string): boolean;
}

/** This machine. */
export const DEFAULT_PEERS: readonly string[] = ['127.0.0.0/8', '::1/128', 'unix'];

/** Reads addresses, ranges in CIDR notation (RFC 4632; RFC 4291, section 2.3) and `unix`; or the first that is none. */
export function parsePeers(texts: readonly string[]): Peers | { readonly invalid: number } {
  const list = new BlockList();
  let unix = false;
  for (const [index, text] of texts.entries()) {
    if (text === 'unix') unix = true;
    else if (!addRange(list, text)) return { invalid: index };
  }
  return {
    includes: (peer) => {
      if (peer === 'unix') return unix;
      const plain = peer.replace(/^::ffff:(?=\d+\.)/i, '');
      return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
    },
  };
}

function addRange(list: BlockList, text: string): boolean {
  const [address = '', digits, ...more] = text.split('/');
  const version = isIP(address);
  // An address that names an interface (`fe80::1%eth0`) is a matter of this machine, not a range.
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  const bits = version === 4 ? 32 : 128;
  if (digits !== undefined && !/^(?:0|[1-9][0-9]{0,2})$/.test(digits)) return false;
  const prefix = digits === undefined ? bits : Number(digits);
  if (prefix > bits) return false;
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return true;
}

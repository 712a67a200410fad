import { describe, expect, test } from '@jest/globals';
import { formatAddress, isLocal, parseAddress } from '../../../src/http/sidecar/address.ts';
import { DEFAULT_PEERS, parsePeers } from '../../../src/http/sidecar/peers.ts';

describe('peers', () => {
  test.each<[readonly string[], string, boolean]>([
    [DEFAULT_PEERS, '127.0.0.1', true],
    [DEFAULT_PEERS, '127.255.255.254', true],
    [DEFAULT_PEERS, '::1', true],
    [DEFAULT_PEERS, '::ffff:127.0.0.1', true],
    [DEFAULT_PEERS, 'unix', true],
    [DEFAULT_PEERS, '128.0.0.1', false],
    [DEFAULT_PEERS, '::2', false],
    [DEFAULT_PEERS, '::ffff:10.0.0.1', false],
    [DEFAULT_PEERS, 'unknown', false],
    [DEFAULT_PEERS, '', false],
    [[], '127.0.0.1', false],
    [[], 'unix', false],
    [['10.0.3.0/24'], '10.0.3.255', true],
    [['10.0.3.0/24'], '10.0.4.0', false],
    [['10.0.3.7'], '10.0.3.7', true],
    [['10.0.3.7'], '10.0.3.8', false],
    [['0.0.0.0/0'], '192.0.2.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
  ])('%j include %s: %s', (ranges, peer, included) => {
    const peers = parsePeers(ranges);
    expect('invalid' in peers ? peers : peers.includes(peer)).toBe(included);
  });

  test.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '::1/129',
    'fe80::1%eth0',
    '*',
    'UNIX',
  ])('%j is none', (text) => {
    expect(parsePeers(['127.0.0.1', text])).toEqual({ invalid: 1 });
  });
});

describe('an address', () => {
  test.each([
    ['127.0.0.1:8711', { host: '127.0.0.1', port: 8711 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
    ['unix:/run/a b.sock', { socket: '/run/a b.sock' }],
  ])('%s is read, and written as it was', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  test.each([
    '',
    ':8711',
    '8711',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:80',
    '[::1',
    '[1.2.3.4]:1',
    'unix:',
    'a b:1',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    ['127.0.0.2:1', true],
    ['[::1]:1', true],
    ['unix:a', true],
    ['0.0.0.0:1', false],
    ['[::]:1', false],
    ['192.0.2.1:1', false],
  ])('%s is of this machine: %s', (text, local) => {
    const address = parseAddress(text);
    expect(address === undefined ? undefined : isLocal(address)).toBe(local);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { KeyFault } from '../../../src/token/keys/key-fault.ts';
import type { KeySet, SetAsideKey } from '../../../src/token/keys/key-set.ts';
import { keyWarnings } from '../../../src/token/keys/key-warning.ts';

const issuer = 'https://a.example';
const setAside = (...keys: SetAsideKey[]): KeySet => ({ keys: [], setAside: keys, has: () => false });

describe('of a key that is set aside is told', () => {
  test.each<[why: KeyFault, sentence: string]>([
    ['malformed', 'it is not a well-formed public key'],
    ['symmetric', 'it is a shared secret, and public'],
    ['private', 'its private half was published: whoever read it can sign as the issuer'],
    ['not-for-signatures', 'it is not meant for verifying signatures'],
    ['unsupported', 'its type or curve is not supported'],
    ['rsa-size', 'its modulus has fewer than 2048 or more than 8192 bits'],
    ['rsa-exponent', 'its exponent is even, under 65537 or over 64 bits'],
    ['roca', 'its modulus can be factored (CVE-2017-15361)'],
  ])('that it is %s, in words', (why, sentence) => {
    expect(keyWarnings(issuer, setAside({ kid: 'k`1', why }, { why }), undefined)).toStrictEqual([
      { issuer, kid: 'k`1', why, message: `key \`k\\u{60}1\` of issuer \`${issuer}\` is not used: ${sentence}` },
      { issuer, why, message: `a key without \`kid\` of issuer \`${issuer}\` is not used: ${sentence}` },
    ]);
  });
});

describe('after a set came another', () => {
  const [mac, broken] = [{ kid: 'mac', why: 'symmetric' } as const, { kid: 'broken', why: 'malformed' } as const];
  test.each<[name: string, before: SetAsideKey[], after: SetAsideKey[], told: number]>([
    ['of the same keys', [mac, broken], [{ ...mac }, { ...broken }], 0],
    ['of no keys', [mac], [], 0],
    ['of fewer keys', [mac, broken], [mac], 1],
    ['of all keys, where there is a new one', [mac], [mac, broken], 2],
    ['of a key that is bad in another way', [mac], [{ ...mac, why: 'private' }], 1],
    ['of a key that has another id', [mac], [{ ...mac, kid: 'MAC' }], 1],
    ['of a key that has no id now', [mac], [{ why: mac.why }], 1],
  ])('nothing is told anew %s', (_name, before, after, told) => {
    expect(keyWarnings(issuer, setAside(...after), setAside(...before)).length).toBe(told);
  });
});

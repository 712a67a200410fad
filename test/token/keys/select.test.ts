import { describe, expect, test } from '@jest/globals';
import { parseKeySet, type KeySet } from '../../../src/token/keys/key-set.ts';
import { selectKey } from '../../../src/token/keys/select.ts';
import { ecPair, edPair, jwk, rsaPair, trust } from '../tokens.ts';

const [first, second] = [rsaPair(), rsaPair()];
const [p256, p384, ed] = [ecPair(), ecPair('P-384'), edPair()];
const weak = jwk(rsaPair(1024), { kid: 'weak' });
const oct = (kid: string): object => ({ kty: 'oct', k: 'c2VjcmV0', kid });

const outcome = (
  keys: readonly object[],
  header: object,
  algorithms: readonly string[] = trust.algorithms,
): unknown => {
  const set = parseKeySet({ keys }) as KeySet;
  const alg = String(Reflect.get(header, 'alg'));
  const selected = selectKey(set, header as never, alg, { ...trust, algorithms });
  return 'reason' in selected ? selected.reason.code : keys.indexOf(keys.find((_, i) => set.keys[i] === selected.key)!);
};

describe('of the published keys', () => {
  test.each<[name: string, keys: readonly object[], header: object, expected: unknown]>([
    ['the named one is taken', [jwk(first, { kid: 'a' }), jwk(second, { kid: 'b' })], { alg: 'RS256', kid: 'b' }, 1],
    ['the only one that fits is taken without kid', [jwk(p256), jwk(first), jwk(ed)], { alg: 'RS256' }, 1],
    ['the one of the right curve is taken without kid', [jwk(p384), jwk(p256)], { alg: 'ES256' }, 1],
    ['none is taken where two fit and kid is absent', [jwk(first), jwk(second)], { alg: 'RS256' }, 'key_ambiguous'],
    ['none is taken where none fits and kid is absent', [jwk(p256)], { alg: 'RS256' }, 'key_unfit'],
    [
      'the one for another algorithm does not count without kid',
      [jwk(first, { alg: 'PS256' }), jwk(second)],
      { alg: 'RS256' },
      1,
    ],
    [
      'none of one kid and type is taken',
      [jwk(first, { kid: 'a' }), jwk(second, { kid: 'a' })],
      { alg: 'RS256', kid: 'a' },
      'key_ambiguous',
    ],
    [
      'none of one kid and type is taken though their algorithms differ',
      [jwk(first, { kid: 'a', alg: 'RS256' }), jwk(second, { kid: 'a', alg: 'PS256' })],
      { alg: 'RS256', kid: 'a' },
      'key_ambiguous',
    ],
    [
      'of one kid the one of the right type is taken',
      [jwk(first, { kid: 'a' }), jwk(p256, { kid: 'a' })],
      { alg: 'ES256', kid: 'a' },
      1,
    ],
    [
      'one that shares its kid with a secret is taken',
      [jwk(first, { kid: 'a' }), oct('a')],
      { alg: 'RS256', kid: 'a' },
      0,
    ],
    ['one set aside is unfit', [weak, jwk(second, { kid: 'b' })], { alg: 'RS256', kid: 'weak' }, 'key_unfit'],
    ['a secret is unfit', [oct('mac'), jwk(second, { kid: 'b' })], { alg: 'RS256', kid: 'mac' }, 'key_unfit'],
    ['one of another type is unfit', [jwk(p256, { kid: 'a' })], { alg: 'RS256', kid: 'a' }, 'key_unfit'],
    ['one of another curve is unfit', [jwk(p384, { kid: 'a' })], { alg: 'ES256', kid: 'a' }, 'key_unfit'],
    [
      'one for another algorithm is unfit',
      [jwk(first, { kid: 'a', alg: 'PS256' })],
      { alg: 'RS256', kid: 'a' },
      'key_unfit',
    ],
    ['an RSA key without algorithm is for RS256', [jwk(first, { kid: 'a' })], { alg: 'RS256', kid: 'a' }, 0],
    ['an RSA key may name a curve', [jwk(first, { kid: 'a', crv: 'P-256' })], { alg: 'RS256', kid: 'a' }, 0],
    ['none is for an algorithm unknown', [jwk(first, { kid: 'a' })], { alg: 'none', kid: 'a' }, 'key_unfit'],
    ['none is for an algorithm unknown without kid', [jwk(first)], { alg: 'none' }, 'key_unfit'],
    [
      'an RSA key without algorithm is not for PS256',
      [jwk(first, { kid: 'a' })],
      { alg: 'PS256', kid: 'a' },
      'key_unfit',
    ],
    ['a key for EdDSA is one for Ed25519', [jwk(ed, { kid: 'a', alg: 'EdDSA' })], { alg: 'Ed25519', kid: 'a' }, 0],
    ['a key for Ed25519 is one for EdDSA', [jwk(ed, { kid: 'a', alg: 'Ed25519' })], { alg: 'EdDSA', kid: 'a' }, 0],
    ['none has an unknown kid', [jwk(first, { kid: 'a' })], { alg: 'RS256', kid: 'b' }, 'key_unknown'],
    [
      'none has an unknown kid beside one set aside',
      [jwk(first), oct('mac')],
      { alg: 'RS256', kid: 'b' },
      'key_unknown',
    ],
    ['none without a kid has the empty one', [jwk(first)], { alg: 'RS256', kid: '' }, 'key_unknown'],
    ['none has a kid that is null', [jwk(first)], { alg: 'RS256', kid: null }, 'key_unknown'],
    ['none has a kid that is undefined in name only', [jwk(first)], { alg: 'RS256', kid: undefined }, 'key_unknown'],
    ['none is found under a number', [jwk(first, { kid: '1' })], { alg: 'RS256', kid: 1 }, 'key_unknown'],
    [
      'a kid of 256 characters is found',
      [jwk(first, { kid: 'k'.repeat(256) })],
      { alg: 'RS256', kid: 'k'.repeat(256) },
      0,
    ],
    [
      'a kid of 257 characters is not',
      [jwk(first, { kid: 'k'.repeat(257) })],
      { alg: 'RS256', kid: 'k'.repeat(257) },
      'key_unknown',
    ],
  ])('%s', (_name, keys, header, expected) => {
    const usable = keys.filter((key) => key !== weak && Reflect.get(key, 'kty') !== 'oct');
    expect(outcome([...usable, ...keys.filter((key) => !usable.includes(key))], header)).toBe(expected);
  });

  test('an RSA key without algorithm is for the only RSA algorithm of its issuer', () => {
    const keys = [jwk(first, { kid: 'a' })];
    expect(outcome(keys, { alg: 'PS256', kid: 'a' }, ['PS256', 'ES256'])).toBe(0);
    expect(outcome(keys, { alg: 'RS512', kid: 'a' }, ['RS512', 'RS512'])).toBe(0);
    expect(outcome(keys, { alg: 'RS512', kid: 'a' }, ['RS512', 'none'])).toBe(0);
    expect(outcome(keys, { alg: 'PS256', kid: 'a' }, ['PS256', 'RS512'])).toBe('key_unfit');
  });

  test.each<[code: string, kid: unknown]>([
    ['key_unknown', 'x'],
    ['key_unknown', 1],
    ['key_unfit', 'ec'],
    ['key_ambiguous', 'twice'],
  ])('that none can be used is said as %s, with the kid %j', (code, kid) => {
    const keys = [jwk(p256, { kid: 'ec' }), jwk(first, { kid: 'twice' }), jwk(second, { kid: 'twice' })];
    const selected = selectKey(parseKeySet({ keys }) as KeySet, { alg: 'RS256', kid }, 'RS256', trust);
    expect(selected).toMatchObject({ reason: { code, actual: kid } });
  });
});

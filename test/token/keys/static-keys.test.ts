import { expect, test } from '@jest/globals';
import { staticKeys } from '../../../src/token/keys/static-keys.ts';
import { ecPair, jwk } from '../tokens.ts';

test('keys at hand are given at once, and are always the same', () => {
  const jwks = { keys: [jwk(ecPair(), { kid: 'one' })] };
  const source = staticKeys(jwks);
  const set = source.keySet({ kid: 'two' });
  expect(set).toMatchObject({ keys: [{ kid: 'one' }], setAside: [] });
  jwks.keys.length = 0;
  expect(source.keySet()).toBe(set);
  expect(Object.isFrozen(source)).toBe(true);
});

test.each<[jwks: unknown, why: string]>([
  [{}, 'not an object with an array `keys`'],
  [{ keys: [] }, 'the set has no keys'],
])('%j is no set of keys', (jwks, why) => {
  expect(() => staticKeys(jwks)).toThrow(new TypeError(`the JWKS cannot be used: ${why}`));
});

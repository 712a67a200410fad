import { describe, expect, test } from '@jest/globals';
import { discoveryUrl, jwksUriOf } from '../../../src/token/keys/discovery.ts';

describe('an issuer describes itself', () => {
  test.each([
    ['https://a.example', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/b/c', 'https://a.example/b/c/.well-known/openid-configuration'],
    ['https://a.example/b/c/', 'https://a.example/b/c/.well-known/openid-configuration'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/.well-known/openid-configuration'],
  ])('%s at %s', (issuer, url) => {
    expect(discoveryUrl(issuer)?.href).toBe(url);
  });

  test.each(['', 'a.example', 'http://a.example', 'https://u@a.example', 'https://a.example?', 'https://a.example/#b'])(
    '`%s` nowhere',
    (issuer) => {
      expect(discoveryUrl(issuer)).toBeUndefined();
    },
  );
});

const far = 'https://a.example';
const near = 'http://127.0.0.1:1';

describe('a discovery document', () => {
  test.each([
    [far, `${far}/jwks`],
    [far, 'https://keys.example/v1?a=b'],
    [near, `${near}/jwks`],
    [near, 'http://localhost:2/jwks'],
    [near, 'https://keys.example/'],
  ])('of %s may name %s', (issuer, uri) => {
    expect(jwksUriOf({ issuer, jwks_uri: uri, other: 1 }, issuer).href).toBe(uri);
  });

  test.each<[document: unknown, says: string]>([
    [undefined, 'is not a JSON object'],
    [null, 'is not a JSON object'],
    ['text', 'is not a JSON object'],
    [[], 'is not a JSON object'],
    [{}, 'names another issuer: nothing'],
    [{ issuer: `${far}/` }, 'names another issuer: `https://a.example/`'],
    [{ issuer: [far] }, 'names another issuer: `["https://a.example"]`'],
    [{ issuer: far }, 'has a `jwks_uri` that may not be fetched: nothing'],
    [{ issuer: far, jwks_uri: 1 }, 'has a `jwks_uri` that may not be fetched: `1`'],
    [{ issuer: far, jwks_uri: '/jwks' }, 'has a `jwks_uri` that may not be fetched: `/jwks`'],
    [{ issuer: far, jwks_uri: near }, 'has a `jwks_uri` that may not be fetched: `http://127.0.0.1:1`'],
    [Object.create({ issuer: far, jwks_uri: far }), 'names another issuer: nothing'],
  ])('of an issuer elsewhere may not be %j', (document, says) => {
    expect(() => jwksUriOf(document, far)).toThrow(new Error(says));
  });

  test('of an issuer on loopback may not name plain http elsewhere', () => {
    const document = { issuer: near, jwks_uri: 'http://a.example' };
    expect(() => jwksUriOf(document, near)).toThrow(
      /^has a `jwks_uri` that may not be fetched: `http:\/\/a\.example`$/,
    );
  });
});

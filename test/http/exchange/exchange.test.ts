import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createEngine } from '../../../src/engine/engine.ts';
import type { Observation } from '../../../src/http/observe.ts';
import { policyOf } from '../../engine/policies.ts';
import { type Json, NOW, type Service, startService, STS, SUB, URN, VAULT } from './service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const claimsOf = (answer: { body: { access_token: string } }): Record<string, Json> =>
  decodeJwt(answer.body.access_token);
const NAME = `https://issuer.test#${SUB}`;
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('an exchange (RFC 8693)', () => {
  test('answers as section 2.2.1 says, with a token as RFC 9068 says', async () => {
    const answer = await service.exchange({ scope: 'list' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        access_token: expect.any(String),
        issued_token_type: `${URN}access_token`,
        token_type: 'Bearer',
        expires_in: 900,
        scope: 'list',
      },
    });
    expect(Object.keys(answer.body).sort()).toEqual([
      'access_token',
      'expires_in',
      'issued_token_type',
      'scope',
      'token_type',
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(decodeProtectedHeader(answer.body.access_token)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(claimsOf(answer)).toEqual({
      iss: STS,
      sub: NAME,
      aud: 'vault',
      exp: NOW + 900,
      iat: NOW,
      jti: UUID,
      client_id: NAME,
      scope: 'list',
      principal: { issuer: 'https://issuer.test', kind: 'environment', path: SUB },
    });
  });

  test('without a scope gives all that is granted: wildcards, resources and denials in detail', async () => {
    const answer = await service.exchange({});
    const details = [
      { type: 'countersign_grant', locations: ['vault'], actions: ['delete', 'admin:*'] },
      { type: 'countersign_grant', locations: ['vault'], actions: ['read'], resources: ['secret/shop/**'] },
      { type: 'countersign_denial', locations: ['vault'], actions: ['delete'], resources: ['secret/shop/keep'] },
    ];
    expect(claimsOf(answer)).toMatchObject({ scope: 'list', authorization_details: details });
    expect(answer.body).toMatchObject({ scope: 'list', authorization_details: details });
  });

  test.each<[name: string, parameters: object, claims: object]>([
    ['an action with resources travels in detail', { scope: 'read' }, {
      aud: 'vault',
      scope: undefined,
      authorization_details: [{ type: 'countersign_grant', locations: ['vault'], actions: ['read'], resources: ['secret/shop/**'] }],
    }],
    ['a wildcard gives the one action that was asked for', { scope: 'admin:users' }, { scope: 'admin:users', authorization_details: undefined }],
    ['an action that a deny touches travels in detail, with the denial', { scope: 'list delete' }, {
      scope: 'list',
      authorization_details: [
        { type: 'countersign_grant', locations: ['vault'], actions: ['delete'] },
        { type: 'countersign_denial', locations: ['vault'], actions: ['delete'], resources: ['secret/shop/keep'] },
      ],
    }],
    ['a named resource limits the whole token', { audience: undefined, resource: `${VAULT}/secret/shop/db`, scope: 'read' }, {
      aud: `${VAULT}/secret/shop/db`,
      scope: 'read',
      resource: 'secret/shop/db',
      authorization_details: undefined,
    }],
    ['a named resource and no scope give what is granted there', { resource: `${VAULT}/secret/shop/db` }, { scope: 'read', resource: 'secret/shop/db' }],
    ['the url of the target names no resource', { resource: VAULT, scope: 'list' }, { aud: 'vault', scope: 'list', resource: undefined }],
    ['a scope asked for twice is there once', { scope: 'list list' }, { scope: 'list' }],
    ['parameters without a value count as left out', { scope: '', resource: '', actor_token: '' }, { aud: 'vault' }],
    ['unknown parameters do not count', { client_id: 'somebody', foo: 'bar' }, { client_id: NAME }],
  ])('%s', async (_, parameters, claims) => {
    const answer = await service.exchange(parameters as Record<string, string>);
    expect(answer.status).toBe(200);
    const { resource, ...rest } = claimsOf(answer);
    expect({ aud: rest['aud'], scope: undefined, authorization_details: undefined, ...rest, resource }).toMatchObject(claims);
  }); // prettier-ignore

  test.each<[type: string, issued: string]>([
    ['access_token', 'access_token'],
    ['jwt', 'jwt'],
  ])('gives a token of the requested type %s', async (type, issued) => {
    const { body } = await service.exchange({ requested_token_type: `${URN}${type}` });
    expect(body.issued_token_type).toBe(`${URN}${issued}`);
  });
});

describe('the token lives no longer than', () => {
  test.each<[what: string, expiresIn: number, scope: string | undefined, lives: number]>([
    ['the subject token', 300, 'list', 300],
    ['the ttl of the rule', 3600, 'list', 900],
  ])('%s', async (_, expiresIn, scope, lives) => {
    const answer = await service.exchange({ scope, subject_token: await service.token({}, { expiresIn }) });
    expect([answer.body.expires_in, claimsOf(answer)['exp']]).toEqual([lives, NOW + lives]);
  });

  test('what is configured', async () => {
    const brief = await startService({ maxLifetime: 60 });
    const answer = await brief.exchange({});
    expect(answer.body.expires_in).toBe(60);
    await brief.close();
  });
});

describe('`act` of the subject token', () => {
  const exchanged = async (act: unknown): Promise<unknown> => {
    const answer = await service.exchange({ subject_token: await service.token({ act }) });
    return answer.status === 200 ? claimsOf(answer)['act'] : answer.body.error;
  };

  test('is passed on, the outermost actor alone', async () => {
    expect(await exchanged({ sub: 'agent', act: { sub: 'earlier' }, email: 'x' })).toEqual({ sub: 'agent' });
    expect(await exchanged({ iss: 'https://a.example', sub: 'agent' })).toEqual({
      iss: 'https://a.example',
      sub: 'agent',
    });
    expect(await exchanged(undefined)).toBeUndefined();
  });

  test.each([null, 'agent', {}, { sub: '' }, { sub: 5 }, { sub: 'a', iss: 5 }, []])('is refused as %j', async (act) => {
    expect(await exchanged(act)).toBe('invalid_request');
  });
});

describe('what is published', () => {
  test.each(['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])(
    'the metadata at %s names every entrance (RFC 8414)',
    async (path) => {
      const { status, headers, body } = await service.get(path);
      expect([status, headers.get('cache-control')]).toEqual([200, 'max-age=600']);
      expect(body).toEqual({
        issuer: STS,
        token_endpoint: `${STS}/token`,
        jwks_uri: `${STS}/.well-known/jwks.json`,
        grant_types_supported: ['urn:ietf:params:oauth:grant-type:token-exchange'],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ['none'],
        authorization_details_types_supported: ['countersign_grant', 'countersign_denial'],
      });
    },
  );

  test('the key set holds no private member', async () => {
    const { body } = await service.get('/.well-known/jwks.json');
    expect(body).toEqual({
      keys: [
        { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid: expect.any(String), alg: 'ES256', use: 'sig' },
      ],
    }); // prettier-ignore
  });
});

describe.each(['ES256', 'EdDSA'] as const)('a verifier accepts what is signed with %s', (algorithm) => {
  let signing: Service;
  beforeAll(async () => {
    signing = await startService({ algorithm });
  });
  afterAll(() => signing.close());

  test('jose alone', async () => {
    const { body } = await signing.exchange({ scope: 'list' });
    const { body: keys } = await signing.get('/.well-known/jwks.json');
    const { payload } = await jwtVerify(body.access_token, createLocalJWKSet(keys), {
      issuer: STS,
      audience: 'vault',
      typ: 'at+jwt',
      algorithms: [algorithm],
      currentDate: new Date(NOW * 1000),
      requiredClaims: ['jti', 'client_id', 'iat', 'sub'],
    });
    expect(payload['scope']).toBe('list');
  });

  test('an engine that has this service as an issuer', async () => {
    const { body } = await signing.exchange({
      audience: undefined,
      resource: `${VAULT}/secret/shop/db`,
      scope: 'read',
    });
    const { body: jwks } = await signing.get('/.well-known/jwks.json');
    const audience = `${VAULT}/secret/shop/db`;
    const sts = { url: STS, audiences: [audience, 'vault'], algorithms: [algorithm], tokenType: ['at+jwt'] };
    const engine = await createEngine({
      policies: policyOf({
        issuers: { sts },
        rules: [{
          id: 'shop',
          effect: 'allow',
          when: { issuer: 'sts', claims: { '/principal/path': SUB, '/principal/issuer': 'https://issuer.test' } },
          grants: [{ actions: ['read'], resources: ['secret/shop/**'] }],
        }],
      }),
      audience: [audience, 'vault'],
      keys: { [STS]: jwks },
      clock: () => NOW,
    }); // prettier-ignore
    const asked = { action: 'read', resource: 'secret/shop/db' };
    expect(await engine.authorize(body.access_token, { ...asked, audience })).toMatchObject({ effect: 'allow' });
    expect(await engine.authorize(body.access_token, { ...asked, audience: 'vault' })).toMatchObject({
      effect: 'deny',
      reasons: [{ code: 'audience_mismatch' }],
    });
    await engine.close();
  });
});

test('every request for a token is told, and who watches cannot spoil the answer', async () => {
  const seen: Observation[] = [];
  const watched = await startService({
    observe: (observation) => {
      seen.push(observation);
      throw new Error('a log that fails');
    },
  });
  expect((await watched.exchange({ scope: 'list' })).status).toBe(200);
  expect((await watched.exchange({ scope: 'none' })).status).toBe(400);
  expect((await watched.exchange({ subject_token: 'abc' })).status).toBe(400);
  await watched.engine.close();
  expect((await watched.exchange({})).status).toBe(503);
  const entrance = 'exchange';
  const allow = { effect: 'allow', principal: { path: SUB } };
  expect(seen).toMatchObject([
    { entrance, status: 200, decision: allow, request: { audience: 'vault', action: 'list', path: '/token' } },
    { entrance, status: 400, decision: allow, refused: 'invalid_scope' },
    { entrance, status: 400, refused: 'invalid_request' },
    { entrance, status: 503, error: { code: 'ERR_ENGINE_CLOSED' } },
  ]);
  expect(JSON.stringify(seen)).not.toContain('eyJ');
  await watched.close();
});

import { createSecretKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type JwtTransform, OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { policyOf } from './policies.ts';

const AUDIENCE = 'https://secrets.example.com';
const ORG = '0191e223-1c3c-7607-badf-303c98b52d2f';
const PROJECT = `org:${ORG}/prj:019527e4-75d5-704d-a5a4-a2b52cf56198`;
const ENVIRONMENT = `${PROJECT}/env:019527e4-75d5-704d-a5a4-a2b52cf56196`;
const READ = { action: 'read', resource: 'secret/payments/db' };

const engines: Engine[] = [];
const servers: Server[] = [];

afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    }),
  );
  jest.restoreAllMocks();
});

/** Serves on a free loopback port; `asked` lists the paths of all requests. */
async function serve(handlerAt: (url: string) => RequestListener): Promise<{ url: string; asked: string[] }> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const handler = handlerAt(url);
  const asked: string[] = [];
  server.on('request', (request, response) => {
    asked.push(request.url ?? '');
    handler(request, response);
  });
  return { url, asked };
}

const RULES = [
  {
    id: 'payments-environments-read',
    effect: 'allow',
    when: { issuer: 'issuer', subject: PROJECT, kind: 'environment' },
    grants: [{ actions: ['read'], resources: ['secret/payments/**'] }],
  },
  {
    id: 'no-suspended',
    effect: 'deny',
    when: { issuer: 'issuer', claims: { suspended: true } },
  },
  {
    id: 'members-of-example',
    effect: 'allow',
    when: { issuer: 'issuer', subject: `org:${ORG}/user:u`, claims: { email: { glob: '*@example.com' } } },
    grants: [{ actions: ['read'], resources: ['secret/payments/**'] }],
  },
];

/** An engine that finds the keys itself: discovery and key set over HTTP. */
async function engineFor(
  url: string,
  { issuer = {}, rules = RULES, ahead = { seconds: 0 } }: { issuer?: object; rules?: object[]; ahead?: Ahead } = {},
): Promise<Engine> {
  const engine = await createEngine({
    policies: policyOf({ issuers: { issuer: { url, subject: 'gitpod', audiences: [AUDIENCE], ...issuer } }, rules }),
    clock: () => Date.now() / 1000 + ahead.seconds,
  });
  engines.push(engine);
  return engine;
}

/** How far an engine's clock is ahead of the issuer's. */
interface Ahead {
  seconds: number;
}

const codeOf = async (engine: Engine, token: string, request: object = READ): Promise<string> =>
  (await engine.authorize(token, request)).reasons[0].code;

/** The claims of two tokens under one signature. */
const spliced = (signed: string, other: string): string => {
  const [[header, , signature], [, payload]] = [signed.split('.'), other.split('.')];
  return [header, payload, signature].join('.');
};

describe('tokens of oidc-provider', () => {
  /** What the next token is to be. */
  interface Wanted {
    readonly claims?: object;
    readonly header?: object;
    readonly format?: 'jwt' | 'opaque';
    readonly jwt?: object;
    readonly ttl?: number;
  }
  let wanted: Wanted = {};
  let url = '';
  let asked: string[] = [];
  let engine: Engine;

  const privateJwk = (type: 'rsa' | 'ec' | 'ed25519', more: object): JsonWebKey & Record<string, unknown> => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync(type, { modulusLength: 2048 })
        : type === 'ec'
          ? generateKeyPairSync(type, { namedCurve: 'P-256' })
          : generateKeyPairSync(type);
    return { ...privateKey.export({ format: 'jwk' }), ...more };
  };

  beforeAll(async () => {
    for (const method of ['info', 'warn', 'error'] as const) jest.spyOn(console, method).mockImplementation(() => {});
    // It warns on the console when it is loaded.
    const { Provider } = await import('oidc-provider');
    const configuration = {
      clients: [
        {
          client_id: 'environment',
          client_secret: 'secret',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      jwks: {
        keys: [
          privateJwk('rsa', { kid: 'rsa', alg: 'RS256', use: 'sig' }),
          privateJwk('ec', { kid: 'ec', use: 'sig' }),
          privateJwk('ed25519', { kid: 'ed', use: 'sig' }),
        ],
      },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            scope: 'read',
            audience: resource,
            accessTokenTTL: wanted.ttl ?? 3600,
            accessTokenFormat: wanted.format ?? 'jwt',
            jwt: wanted.jwt ?? { sign: { alg: 'RS256' } },
          }),
        },
      },
      formats: {
        customizers: {
          jwt: (_context: unknown, _token: unknown, parts: { header?: object; payload: object }) => {
            Object.assign(parts.payload, { sub: ENVIRONMENT, org: ORG }, wanted.claims);
            parts.header = { ...wanted.header };
          },
        },
      },
    };
    ({ url, asked } = await serve((issuer) => new Provider(issuer, configuration).callback()));
    engine = await engineFor(url, { issuer: { tokenType: ['at+jwt'] } });
  });

  async function tokenOf(what: Wanted, resource = AUDIENCE): Promise<string> {
    wanted = what;
    const response = await fetch(`${url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('environment:secret').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
    });
    const body = (await response.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(JSON.stringify(body));
    return body.access_token;
  }

  test.each([
    ['RS256', 'rsa'],
    ['ES256', 'ec'],
    ['EdDSA', 'ed'],
    ['Ed25519', 'ed'],
  ])('are allowed what a rule grants, signed with %s', async (alg, kid) => {
    const token = await tokenOf({ jwt: { sign: { alg, kid } } });
    const [header = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg, kid, typ: 'at+jwt' });
    const decision = await engine.authorize(token, READ);
    expect(decision).toMatchObject({
      effect: 'allow',
      reasons: [{ code: 'rule_matched', rule: 'payments-environments-read' }],
      principal: { kind: 'environment', path: ENVIRONMENT },
      grants: [{ actions: ['read'], resources: ['secret/payments/**'], rule: 'payments-environments-read' }],
    });
  });

  test.each<[name: string, code: string, wanted: Wanted, request?: object]>([
    ['another resource is asked for', 'no_grant_for_request', {}, { action: 'read', resource: 'secret/billing/db' }],
    ['another action is asked for', 'no_grant_for_request', {}, { action: 'write', resource: 'secret/payments/db' }],
    [
      'the name of their project only begins like the one that is trusted',
      'no_rule_for_subject',
      { claims: { sub: `${PROJECT}1/env:e` } },
    ],
    ['a rule denies them', 'denied_by_rule', { claims: { suspended: true } }],
    [
      'their user is of another domain',
      'condition_not_met',
      { claims: { sub: `org:${ORG}/user:u`, email: 'u@evil.org' } },
    ],
    ['their organisation contradicts their subject', 'subject_inconsistent', { claims: { org: 'other' } }],
    ['their subject is no principal', 'subject_malformed', { claims: { sub: 'environment', org: undefined } }],
    ['they name another issuer', 'issuer_unknown', { claims: { iss: 'https://issuer.example' } }],
    ['they say they are no access tokens', 'type_not_allowed', { header: { typ: 'JWT' } }],
    ['they do not say what they are', 'type_not_allowed', { header: { typ: undefined } }],
    ['they name a key of another algorithm', 'key_unfit', { header: { kid: 'ec' } }],
    ['they name a key that is not published', 'key_unknown', { header: { kid: 'other' } }],
    ['they never expire', 'claim_missing', { claims: { exp: undefined } }],
    ['they live a year', 'token_lifetime_too_long', { ttl: 31_536_000 }],
    ['they are authenticated with a shared secret', 'algorithm_not_allowed', hmac()],
    ['they are encrypted', 'token_encrypted', encrypted()],
    ['they are opaque', 'token_malformed', { format: 'opaque' }],
  ])('are denied when %s', async (_name, code, what, request = READ) => {
    expect(await codeOf(engine, await tokenOf(what), request)).toBe(code);
  });

  test('are denied when they are for another audience', async () => {
    expect(await codeOf(engine, await tokenOf({}, 'https://billing.example.com'))).toBe('audience_mismatch');
  });

  test('are denied when they carry the claims of another token', async () => {
    const [one, other] = [await tokenOf({}), await tokenOf({ claims: { admin: true } })];
    expect(await codeOf(engine, spliced(one, other))).toBe('signature_invalid');
  });

  test('are denied when the policy expects no access tokens', async () => {
    expect(await codeOf(await engineFor(url), await tokenOf({}))).toBe('type_not_allowed');
  });

  test('are denied when they have expired', async () => {
    const ahead = { seconds: 0 };
    const later = await engineFor(url, { issuer: { tokenType: ['at+jwt'] }, ahead });
    const token = await tokenOf({ ttl: 600 });
    expect(await codeOf(later, token)).toBe('rule_matched');
    ahead.seconds = 631;
    expect(await codeOf(later, token)).toBe('token_expired');
  });

  test('have opaque subjects under the default scheme', async () => {
    const rules = [{ id: 'one', effect: 'allow', when: { issuer: 'issuer', subject: 'environment' } }];
    const opaque = await engineFor(url, { issuer: { subject: 'opaque', tokenType: ['at+jwt'] }, rules });
    expect(await opaque.authorize(await tokenOf({ claims: { sub: 'environment', org: undefined } }))).toMatchObject({
      effect: 'allow',
      principal: { kind: 'subject', path: 'environment' },
    });
    expect(await codeOf(opaque, await tokenOf({ claims: { sub: 'environment/x' } }), {})).toBe('no_rule_for_subject');
  });

  test('are verified with keys found through discovery, fetched once', async () => {
    const before = asked.length;
    const fresh = await engineFor(url, { issuer: { tokenType: ['at+jwt'] } });
    const token = await tokenOf({});
    await Promise.all([codeOf(fresh, token), codeOf(fresh, token), codeOf(fresh, await tokenOf({}))]);
    expect(asked.slice(before).filter((path) => path !== '/token')).toEqual([
      '/.well-known/openid-configuration',
      '/jwks',
    ]);
  });

  test('are issued with all keys at hand: the engine is ready', async () => {
    expect(await engine.ready()).toMatchObject({
      ready: true,
      issuers: [{ name: 'issuer', url, keys: 3, setAside: [] }],
    });
  });

  test('are of an unknown issuer where the policy spells its url with a slash', async () => {
    const slash = await engineFor(`${url}/`, { issuer: { tokenType: ['at+jwt'] } });
    expect(await codeOf(slash, await tokenOf({}))).toBe('issuer_unknown');
    expect(await slash.ready()).toMatchObject({ ready: false, issuers: [{ error: { code: 'ERR_KEYS_UNAVAILABLE' } }] });
  });

  function hmac(): Wanted {
    return { jwt: { sign: { alg: 'HS256', key: createSecretKey(randomBytes(32)) } } };
  }

  function encrypted(): Wanted {
    const encrypt = { alg: 'dir', enc: 'A256GCM', key: createSecretKey(randomBytes(32)) };
    return { jwt: { sign: { alg: 'RS256' }, encrypt } };
  }
});

describe('tokens of oauth2-mock-server', () => {
  const issuer = new OAuth2Issuer();
  const service = new OAuth2Service(issuer);
  let url = '';
  let asked: string[] = [];

  beforeAll(async () => {
    ({ url, asked } = await serve(() => service.requestHandler));
    issuer.url = url;
    await issuer.keys.generate('RS256', { kid: 'k0' });
  });

  /** Asks the token endpoint, as a client does. */
  async function tokenOf(change: JwtTransform = () => undefined): Promise<string> {
    service.once('beforeTokenSigning', ({ header, payload }) => {
      Object.assign(payload, { sub: ENVIRONMENT, org: ORG, aud: AUDIENCE });
      change(header, payload);
    });
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const response = await fetch(`${url}/token`, { method: 'POST', body });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  test('are allowed what a rule grants', async () => {
    const engine = await engineFor(url);
    expect(await engine.authorize(await tokenOf(), READ)).toMatchObject({
      effect: 'allow',
      reasons: [{ code: 'rule_matched', rule: 'payments-environments-read' }],
      principal: { kind: 'environment', path: ENVIRONMENT },
    });
  });

  test.each<[name: string, code: string, change: JwtTransform, request?: object]>([
    [
      'they are for another audience',
      'audience_mismatch',
      (_, claims) => (claims['aud'] = 'https://billing.example.com'),
    ],
    ['they name no audience', 'claim_malformed', (_, claims) => delete claims['aud']],
    ['they have expired', 'token_expired', (_, claims) => (claims.exp = claims.iat - 31)],
    ['they are not valid yet', 'token_not_yet_valid', (_, claims) => (claims.nbf = claims.iat + 600)],
    ['they name no subject', 'claim_malformed', (_, claims) => delete claims['sub']],
    ['they are access tokens', 'type_not_allowed', (header) => (header['typ'] = 'at+jwt')],
    ['they are logout tokens', 'type_not_allowed', (header) => (header['typ'] = 'logout+jwt')],
    [
      'another resource is asked for',
      'no_grant_for_request',
      () => undefined,
      { action: 'read', resource: 'secret/x' },
    ],
    ['their user has no address', 'condition_not_met', (_, claims) => (claims['sub'] = `org:${ORG}/user:u`)],
  ])('are denied when %s', async (_name, code, change, request = READ) => {
    expect(await codeOf(await engineFor(url), await tokenOf(change), request)).toBe(code);
  });

  test('are verified with keys from the url that the policy names', async () => {
    const before = asked.length;
    const engine = await engineFor(url, { issuer: { jwks: { uri: `${url}/jwks` } } });
    expect(await codeOf(engine, await tokenOf())).toBe('rule_matched');
    expect(asked.slice(before)).toEqual(['/token', '/jwks']);
  });

  test('have opaque subjects under the default scheme', async () => {
    const rules = [{ id: 'one', effect: 'allow', when: { issuer: 'issuer', subject: ENVIRONMENT } }];
    const engine = await engineFor(url, { issuer: { subject: 'opaque' }, rules });
    expect(await engine.authorize(await tokenOf())).toMatchObject({
      effect: 'allow',
      principal: { kind: 'subject', path: ENVIRONMENT, segments: [{ kind: 'subject', id: ENVIRONMENT }] },
    });
  });

  test('signed with a new key are accepted after one more fetch, once the cooldown is over', async () => {
    const ahead = { seconds: 0 };
    const engine = await engineFor(url, { ahead });
    expect(await codeOf(engine, await tokenOf())).toBe('rule_matched');
    const { kid } = await issuer.keys.generate('ES256', { kid: 'k1' });
    const claims: JwtTransform = (_, payload) => Object.assign(payload, { sub: ENVIRONMENT, aud: AUDIENCE });
    const rotated = await issuer.buildToken({ kid, scopesOrTransform: claims });

    const before = asked.length;
    expect(await codeOf(engine, rotated)).toBe('key_unknown');
    expect(asked.slice(before)).toEqual([]);
    ahead.seconds = 31;
    expect(await codeOf(engine, rotated)).toBe('rule_matched');
    expect(await codeOf(engine, await issuer.buildToken({ kid: 'k0', scopesOrTransform: claims }))).toBe(
      'rule_matched',
    );
    expect(asked.slice(before)).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  test('of one issuer are nothing to the keys of another, whatever their key ids', async () => {
    const other = new OAuth2Issuer();
    other.url = url;
    await other.keys.generate('RS256', { kid: 'k0' });
    const forged = await other.buildToken({
      scopesOrTransform: (_, payload) => Object.assign(payload, { sub: ENVIRONMENT, aud: AUDIENCE }),
    });
    expect(await codeOf(await engineFor(url), forged)).toBe('signature_invalid');
  });
});

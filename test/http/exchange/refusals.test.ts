import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createEngine } from '../../../src/engine/engine.ts';
import { createExchange } from '../../../src/http/exchange/exchange.ts';
import { policyOf } from '../../engine/policies.ts';
import { serveRoutes } from '../serve-routes.ts';
import { NOW, rule, type Service, startService, STS, URN, VAULT } from './service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** Every refusal is of one form (RFC 6749, section 5.2). */
async function refused(
  parameters: Parameters<Service['exchange']>[0],
  headers: object = {},
  by = service,
): Promise<[number, string]> {
  const answer = await by.exchange(parameters, headers);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toEqual({
    error: expect.any(String),
    error_description: expect.stringMatching(DESCRIPTION),
    ...('decision' in answer.body ? { decision: expect.any(String) } : {}),
  });
  return [answer.status, answer.body.error];
}

const GRANT = 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange';

describe('a request is refused', () => {
  test.each<[name: string, parameters: Record<string, string | undefined>, error: string]>([
    ['without grant_type', { grant_type: undefined }, 'invalid_request'],
    ['with another grant_type', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['without subject_token', { subject_token: undefined }, 'invalid_request'],
    ['with a subject_token that is none', { subject_token: 'abc' }, 'invalid_request'],
    ['without subject_token_type', { subject_token_type: undefined }, 'invalid_request'],
    ['with a subject_token_type that nobody knows', { subject_token_type: 'jwt' }, 'invalid_request'],
    ['with a subject_token_type that is not accepted', { subject_token_type: `${URN}access_token` }, 'invalid_request'],
    ['with saml', { subject_token_type: `${URN}saml2` }, 'invalid_request'],
    ['with an actor_token', { actor_token: 'a.b.c', actor_token_type: `${URN}jwt` }, 'invalid_request'],
    ['with an actor_token without its type', { actor_token: 'a.b.c' }, 'invalid_request'],
    ['with an actor_token_type alone', { actor_token_type: `${URN}jwt` }, 'invalid_request'],
    ['for a type that is not issued', { requested_token_type: `${URN}refresh_token` }, 'invalid_request'],
    ['without a target', { audience: undefined }, 'invalid_request'],
    ['for an unknown audience', { audience: 'billing' }, 'invalid_target'],
    ['for an unknown resource', { audience: undefined, resource: 'https://other.example/' }, 'invalid_target'],
    ['for an audience and a resource, both unknown', { audience: 'x', resource: 'https://x.example/' }, 'invalid_target'],
    ['for a resource that is not of the audience', { resource: 'https://other.example/v1/a' }, 'invalid_target'],
    ['for an audience that is not of the resource', { audience: 'x', resource: `${VAULT}/a` }, 'invalid_target'],
    ['for a resource that only begins like a target', { resource: `${VAULT}x/secret` }, 'invalid_target'],
    ['for a relative resource', { resource: '/v1/secret' }, 'invalid_target'],
    ['for a resource with a fragment', { resource: `${VAULT}/secret/shop/db#x` }, 'invalid_target'],
    ['for a resource with a query', { resource: `${VAULT}/secret/shop/db?x` }, 'invalid_target'],
    ['for a resource with dots', { resource: `${VAULT}/secret/../secret/shop/db` }, 'invalid_target'],
    ['for a resource with an escape', { resource: `${VAULT}/secret/shop%2fdb` }, 'invalid_target'],
    ['for a resource with an empty segment', { resource: `${VAULT}/secret//shop` }, 'invalid_target'],
    ['for a resource that nothing is granted on', { resource: `${VAULT}/secret/other/db` }, 'invalid_target'],
    ['for a scope that exceeds the resource', { resource: `${VAULT}/secret/shop/db`, scope: 'read list' }, 'invalid_scope'],
    ['for a scope that exceeds the grants', { scope: 'list write' }, 'invalid_scope'],
    ['for a scope of wildcards', { scope: 'admin:*' }, 'invalid_scope'],
    ['for a scope with a quote', { scope: 'li"st' }, 'invalid_scope'],
    ['for a scope with two spaces', { scope: 'list  read' }, 'invalid_scope'],
    ['for authorization_details', { authorization_details: '[]' }, 'invalid_authorization_details'],
  ])('%s', async (_, parameters, error) => {
    expect(await refused(parameters)).toEqual([400, error]);
  }); // prettier-ignore

  test.each<[name: string, body: string]>([
    ['that is empty', ''],
    ['with a parameter twice', `${GRANT}&${GRANT}`],
    ['with a parameter twice, spelt in two ways', `${GRANT}&scope=a&s%63ope=b`],
    ['with a lone percent sign', `${GRANT}&scope=%`],
    ['with bytes that are not UTF-8', `${GRANT}&scope=%ff`],
    ['with a parameter without a name', `${GRANT}&=x`],
    ['with too many parameters', `${GRANT}${'&a=b'.repeat(64)}`],
  ])('with a body %s', async (_, body) => {
    expect(await refused(body)).toEqual([400, 'invalid_request']);
  });

  test.each(['audience=vault&audience=vault', `resource=${VAULT}&resource=${VAULT}/a`])(
    'for two targets at a time: %s',
    async (targets) => {
      expect(await refused(`${GRANT}&${targets}`)).toEqual([400, 'invalid_target']);
    },
  );

  test('with a body that is too large', async () => {
    const { status, body } = await service.exchange(`${GRANT}&subject_token=${'a'.repeat(32_768)}`);
    expect([status, body]).toEqual([400, { error: 'invalid_request', error_description: 'The body is too large' }]);
  });

  test('of another media type', async () => {
    expect(await refused({}, { 'content-type': 'application/json' })).toEqual([400, 'invalid_request']);
    expect(await refused({}, { 'content-type': 'text/plain' })).toEqual([400, 'invalid_request']);
  });

  test('with parameters in the url', async () => {
    const response = await fetch(`${service.url}/token?scope=list`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'x' }),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test('of a client that authenticates, which nobody here can judge', async () => {
    const answer = await service.exchange({}, { authorization: 'Basic eDp5' });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="token"');
    expect(await refused({ client_secret: 'x' })).toEqual([401, 'invalid_client']);
    expect(await refused({ client_assertion: 'x' })).toEqual([401, 'invalid_client']);
  });
});

describe('a subject token is refused, with one answer for all,', () => {
  test.each<[name: string, token: () => Promise<string>]>([
    ['that has expired', () => service.token({}, { expiresIn: -3600 })],
    ['of an unknown issuer', () => service.token({ iss: 'https://evil.example' })],
    ['for another audience', () => service.token({ aud: 'other' })],
    ['that no rule covers', () => service.token({ sub: 'org:other/prj:shop/env:e1' })],
    ['with a signature that does not hold', async () => `${(await service.token()).slice(0, -8)}AAAAAAAA`],
    ['that is an access token and declared as another', () => service.token({}, { header: { typ: 'at+jwt' } })],
    ['likewise, by its full media type', () => service.token({}, { header: { typ: 'application/AT+JWT' } })],
  ])('%s', async (_, token) => {
    const { status, body } = await service.exchange({ subject_token: await token() });
    const { decision: _id, ...rest } = body;
    expect([status, rest]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'The subject_token is not accepted' },
    ]);
  });

  test('names the reasons where that is wanted', async () => {
    const open = await startService({ exposeReasons: true });
    const { body } = await open.exchange({ subject_token: await open.token({ sub: 'org:other/env:e1' }) });
    expect(body).toMatchObject({ decision: expect.any(String), reasons: ['no_rule_for_subject'] });
    await open.close();
  });
});

test('an access token is exchanged where that type is accepted, and declared', async () => {
  const open = await startService({ subjectTokenTypes: ['access_token'] });
  const subject_token = await open.token({}, { header: { typ: 'at+jwt' } });
  const { status } = await open.exchange({ subject_token, subject_token_type: `${URN}access_token` });
  expect(status).toBe(200);
  await open.close();
});

test('a token of our own is refused, even where policies trust us', async () => {
  const first = await startService();
  const jwks = (await first.get('/.well-known/jwks.json')).body;
  const sts = { url: STS, audiences: ['vault'], algorithms: ['ES256'], tokenType: ['at+jwt'], jwks };
  const trusting = { issuers: { sts }, rules: [{ id: 'all', effect: 'allow', when: { issuer: 'sts' } }] };
  const engine = await createEngine({ policies: policyOf(trusting), audience: 'vault', clock: () => NOW });
  const ours = (await first.exchange({})).body.access_token as string;
  expect(await engine.authorize(ours)).toMatchObject({ effect: 'allow' });

  const options = {
    keyFile: `${first.directory}/keys.json`,
    targets: [{ audience: 'vault' }],
    subjectTokenTypes: ['access_token', 'jwt'] as const,
    clock: () => NOW,
  };
  const again = async (issuer: string): Promise<number> => {
    const { routes } = await createExchange(engine, { ...options, issuer });
    const { url, close } = await serveRoutes(routes);
    const body = new URLSearchParams({
      ...Object.fromEntries([GRANT.split('=') as [string, string]]),
      subject_token: ours,
      subject_token_type: `${URN}access_token`,
      audience: 'vault',
    });
    const { status } = await fetch(`${url}/token`, { method: 'POST', body });
    await close();
    return status;
  };
  expect(await again(STS)).toBe(400);
  expect(await again('https://another.example')).toBe(200);
  await engine.close();
  await first.close();
});

describe('several targets', () => {
  const TARGETS = [
    { audience: 'vault', url: VAULT, subjectAudience: 'sidecar' },
    { audience: 'billing', url: 'https://billing.example', subjectAudience: 'sidecar-billing' },
  ];
  const RULES = [
    rule('vault', { when: { issuer: 'gitpod', audience: 'sidecar' }, grants: [{ actions: ['read'] }] }),
    rule('billing', { when: { issuer: 'gitpod', audience: 'sidecar-billing' }, grants: [{ actions: ['pay'] }] }),
  ];

  test('are told apart by the audience of the subject token', async () => {
    const both = await startService({ targets: TARGETS, rules: RULES, audiences: ['sidecar', 'sidecar-billing'] });
    const exchanged = async (aud: string, audience: string): Promise<unknown> => {
      const { body } = await both.exchange({ audience, subject_token: await both.token({ aud }) });
      return body.error ?? decodeJwt(body.access_token)['scope'];
    };
    expect(await exchanged('sidecar', 'vault')).toBe('read');
    expect(await exchanged('sidecar-billing', 'billing')).toBe('pay');
    expect(await exchanged('sidecar', 'billing')).toBe('invalid_request');
    expect(await exchanged('sidecar-billing', 'vault')).toBe('invalid_request');
    await both.close();
  });
});

test('grants that do not fit into a token are refused, not cut', async () => {
  const resources = Array.from({ length: 50 }, (_, i) => `secret/${'x'.repeat(300)}/${i}`);
  const wide = await startService({ rules: [rule('wide', { grants: [{ actions: ['read', 'write'], resources }] })] });
  expect(await refused({}, {}, wide)).toEqual([400, 'invalid_scope']);
  await wide.close();
});

test('while no decision can be made, nobody gets a token, and the caller may try again', async () => {
  const down = await startService();
  const subject_token = await down.token();
  await down.engine.close();
  const answer = await down.exchange({ subject_token });
  expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
  await down.close();
});

describe('options that could not be kept are refused', () => {
  test.each<[name: string, options: object, message: RegExp]>([
    ['an unknown one', { ttl: 5 }, /no option "ttl"/],
    ['an issuer with a path', { issuer: 'https://sts.example/x' }, /issuer must be/],
    ['an issuer without TLS', { issuer: 'http://sts.example' }, /issuer must be/],
    ['an issuer with a final slash', { issuer: 'https://sts.example/' }, /issuer must be/],
    ['no targets', { targets: [] }, /targets must be/],
    ['a target without a name', { targets: [{ audience: '' }] }, /target\.audience must be/],
    ['a target with a query', { targets: [{ audience: 'a', url: 'https://a.example/?x' }] }, /url of target a must be/],
    ['targets that policies cannot tell apart', { targets: [{ audience: 'a' }, { audience: 'b' }] }, /subjectAudience of target a/],
    ['targets with one subjectAudience', { targets: [{ audience: 'a', subjectAudience: 's' }, { audience: 'b', subjectAudience: 's' }] }, /tell a and b apart/],
    ['one target twice', { targets: [{ audience: 'a', subjectAudience: 's' }, { audience: 'a', subjectAudience: 't' }] }, /a is there twice/],
    ['targets that overlap', { targets: [{ audience: 'a', subjectAudience: 's', url: VAULT }, { audience: 'b', subjectAudience: 't', url: `${VAULT}/b` }] }, /overlap/],
    ['an unknown algorithm', { algorithm: 'HS256' }, /algorithm must be ES256 or EdDSA/],
    ['an unknown token type', { subjectTokenTypes: ['saml2'] }, /subjectTokenTypes must be/],
    ['a lifetime of more than a day', { maxLifetime: 86_401 }, /maxLifetime must be/],
    ['rotation by the minute', { rotateEvery: 60 }, /rotateEvery must be/],
    ['a key that signs before it is known', { publishAhead: 0 }, /publishAhead must be/],
  ])('%s', async (_, options, message) => {
    await expect(startService(options)).rejects.toThrow(message);
  }); // prettier-ignore
});

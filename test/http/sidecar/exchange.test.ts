import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { stringify } from 'yaml';
import { createEngine } from '../../../src/engine/engine.ts';
import { tokenPermits } from '../../../src/http/exchange/token-permits.ts';
import type { TestIssuer } from '../../../src/idp/testing.ts';
import { cli } from '../../cli/cli.ts';
import { directoryOf } from '../../files/directory.ts';
import { AUDIENCE, policyOf, serve, type Serving, type Shop, shopOf } from './process.ts';

const URN = 'urn:ietf:params:oauth:';
const VAULT = 'https://vault.test';
const DAY = 86_400;

/** What JSON may hold; tests look into it. */
type Json = ReturnType<typeof JSON.parse>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const configOf = (port: number, more: object = {}): string =>
  stringify({
    version: 1,
    policies: ['policies'],
    audience: [AUDIENCE, VAULT],
    listen: `127.0.0.1:${port}`,
    exchange: {
      issuer: `http://127.0.0.1:${port}`,
      keyFile: 'keys.json',
      targets: [{ audience: VAULT, url: `${VAULT}/v1` }],
      subjectTokenTypes: ['jwt', 'id_token', 'access_token'],
      maxLifetime: '10m',
      ...more,
    },
  });

/** Trusts the service's own tokens too, as nobody should: a token of its own must be refused all the same. */
const rulesOf = (issuer: TestIssuer, port = 1): string =>
  policyOf(issuer, {
    issuers: {
      shop: { url: issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks: issuer.keys },
      self: { url: `http://127.0.0.1:${port}`, audiences: [VAULT], tokenType: ['at+jwt'] },
    },
    rules: [
      { id: 'own', effect: 'allow', when: { issuer: 'self' }, grants: [{ actions: ['list'] }] },
      {
        id: 'acme',
        effect: 'allow',
        when: { issuer: 'shop', subject: 'org:acme' },
        grants: [{ actions: ['list'] }, { actions: ['read'], resources: ['secret/app/**'] }],
      },
    ],
  });

const exchange = async (url: string, parameters: Record<string, string>): Promise<[status: number, body: Json]> => {
  const body = new URLSearchParams({
    grant_type: `${URN}grant-type:token-exchange`,
    subject_token_type: `${URN}token-type:jwt`,
    audience: VAULT,
    ...parameters,
  });
  const response = await fetch(`${url}/token`, { method: 'POST', body });
  expect(response.headers.get('cache-control')).toBe('no-store');
  return [response.status, await response.json()];
};

let shop: Shop;
let serving: Serving;
/** As a path from the working directory; what it names lies beside it. */
let args: readonly string[];
beforeAll(async () => {
  const port = await freePort();
  shop = await shopOf({ 'etc/serve.yaml': configOf(port) });
  await writeFile(`${shop.directory}/policies/trust.yaml`, rulesOf(shop.issuer, port));
  args = ['--config', 'etc/serve.yaml', '--policies', 'policies', '--listen', `127.0.0.1:${port}`];
  serving = await serve(args, { cwd: shop.directory });
});

describe('a token that policies allow', () => {
  test('is exchanged for one that jose and an engine of its own accept', async () => {
    const [status, body] = await exchange(serving.url, { subject_token: await shop.token() });
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        issued_token_type: `${URN}token-type:access_token`,
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'list',
        authorization_details: [
          { type: 'countersign_grant', locations: [VAULT], actions: ['read'], resources: ['secret/app/**'] },
        ],
      },
    ]);

    const metadata = await fetch(`${serving.url}/.well-known/oauth-authorization-server`);
    const { issuer, jwks_uri: jwks } = (await metadata.json()) as { issuer: string; jwks_uri: string };
    expect(issuer).toBe(serving.url);
    const verified = await jwtVerify(body.access_token, createRemoteJWKSet(new URL(jwks)), {
      issuer: serving.url,
      audience: VAULT,
      typ: 'at+jwt',
    });
    expect(verified.payload).toMatchObject({ sub: `${shop.issuer.url}#org:acme/user:ada`, scope: 'list' });
    expect(tokenPermits(verified.payload, { action: 'read', resource: 'secret/app/db' })).toBe(true);
    expect(tokenPermits(verified.payload, { action: 'read', resource: 'secret/other' })).toBe(false);

    const trusted = { url: serving.url, audiences: [VAULT], tokenType: ['at+jwt'] };
    const rules = [{ id: 'exchanged', effect: 'allow', when: { issuer: 'sidecar', claims: { scope: 'list' } } }];
    const policies = await directoryOf({
      'vault.yaml': stringify({ version: 1, issuers: { sidecar: trusted }, rules }),
    });
    const engine = await createEngine({ policies });
    expect(await engine.authorize(body.access_token)).toMatchObject({ effect: 'allow' });
    await engine.close();
  });

  test('is exchanged for one that is limited to a resource', async () => {
    const resource = `${VAULT}/v1/secret/app/db`;
    const [status, body] = await exchange(serving.url, { subject_token: await shop.token(), resource, scope: 'read' });
    expect([status, body.scope, body.authorization_details]).toEqual([200, 'read', undefined]);
    const beyond = { subject_token: await shop.token(), resource: `${VAULT}/v1/secret/other` };
    expect(await exchange(serving.url, beyond)).toMatchObject([400, { error: 'invalid_target' }]);
  });
});

describe('a token is not issued', () => {
  test('for one of our own', async () => {
    const [, { access_token: own }] = await exchange(serving.url, { subject_token: await shop.token() });
    for (const type of ['jwt', 'id_token', 'access_token']) {
      const again = { subject_token: own, subject_token_type: `${URN}token-type:${type}` };
      expect(await exchange(serving.url, again)).toMatchObject([400, { error: 'invalid_request' }]);
    }
  });

  test.each<[name: string, parameters: () => Promise<Record<string, string>>, error: string]>([
    ['for a stranger', async () => ({ subject_token: await shop.token({ sub: 'org:other/user:eve' }) }), 'invalid_request'],
    ['for another target', async () => ({ subject_token: await shop.token(), audience: 'https://other.test' }), 'invalid_target'],
    ['for more than is granted', async () => ({ subject_token: await shop.token(), scope: 'list write' }), 'invalid_scope'],
    ['for a scope of very many', async () => ({ subject_token: await shop.token(), scope: 'list '.repeat(101).trim() }), 'invalid_scope'],
  ])('%s', async (_, parameters, error) => {
    expect(await exchange(serving.url, await parameters())).toMatchObject([400, { error }]);
  }); // prettier-ignore

  test('while keys cannot be had', async () => {
    const port = await freePort();
    const dead = `http://127.0.0.1:${await freePort()}/jwks`;
    const issuers = { shop: { url: shop.issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks: { uri: dead } } };
    const cwd = await directoryOf({ 'c.yaml': configOf(port), 'policies/a.yaml': policyOf(shop.issuer, { issuers }) });
    const down = await serve(['--config', 'c.yaml', '--listen', `127.0.0.1:${port}`], { cwd });
    const answer = await exchange(down.url, { subject_token: await shop.token() });
    expect(answer).toMatchObject([503, { error: 'temporarily_unavailable' }]);
    await down.stop();
  });
});

describe('signing keys', () => {
  const kids = async ({ url }: Serving): Promise<(string | undefined)[]> => {
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { kid?: string }[] };
    expect(keys.every((key) => !('d' in key))).toBe(true);
    return keys.map(({ kid }) => kid);
  };
  const signerOf = async ({ url }: Serving, { token }: Shop): Promise<string | undefined> =>
    decodeProtectedHeader((await exchange(url, { subject_token: await token() }))[1].access_token).kid;

  test('lie beside the configuration, for this user alone, and rotate in sight of verifiers', async () => {
    const [first] = await kids(serving);
    const path = `${shop.directory}/etc/keys.json`;
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
    await serving.stop();
    const kept = JSON.parse(await readFile(path, 'utf8')) as { keys: { signsFrom: number }[] };
    kept.keys[0]!.signsFrom -= 29.5 * DAY;
    await writeFile(path, JSON.stringify(kept));
    const renewed = await serve(args, { cwd: shop.directory });
    const both = await kids(renewed);
    expect([both.length, both[0], await signerOf(renewed, shop)]).toEqual([2, first, first]);
    await renewed.stop();
    const again = JSON.parse(await readFile(path, 'utf8')) as { keys: { signsFrom: number }[] };
    for (const key of again.keys) key.signsFrom -= 1.1 * DAY;
    await writeFile(path, JSON.stringify(again));
    const rotated = await serve(args, { cwd: shop.directory });
    expect([await kids(rotated), await signerOf(rotated, shop)]).toEqual([both, both[1]]);
    await rotated.stop();
  });

  test.each<[name: string, spoil: (path: string) => Promise<void>, stderr: RegExp]>([
    ['others may read', (path) => chmod(path, 0o644), /^error: `keys\.json` is not private[^\n]*\n/],
    ['holds no keys', (path) => writeFile(path, '{}'), /^error: the key file "keys\.json" does not hold signing keys\nhelp: remove it, and new ones are made\n$/],
  ])('in a file that %s keep it from starting', async (_, spoil, stderr) => {
    const files = { 'policies/a.yaml': rulesOf(shop.issuer), 'c.yaml': configOf(1), 'keys.json': '{}' };
    const cwd = await directoryOf(files);
    await chmod(`${cwd}/keys.json`, 0o600);
    await spoil(`${cwd}/keys.json`);
    const run = await cli(['serve', '--config', 'c.yaml', '--operations', 'off'], { cwd });
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  }); // prettier-ignore
});

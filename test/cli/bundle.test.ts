import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair } from 'jose';
import { createEngine } from '../../src/engine/index.ts';
import { cli, type Run } from './cli.ts';
import { AT, AUDIENCE, type Fixture, fixture, inside, NOW } from './fixture.ts';

let shop: Fixture;
let trusted: object;
let stranger: object;
const bundle = (...args: string[]): Promise<Run> => cli(['bundle', ...args], { cwd: shop.directory });
const keysOfShop = async (): Promise<{ keys: object[] }> =>
  JSON.parse(await readFile(inside(shop, 'jwks.json'), 'utf8')) as { keys: object[] };

beforeAll(async () => {
  shop = await fixture({
    'broken/a.yaml': 'version: 1\nruls: []\n',
    'empty/readme.txt': 'nothing here',
    'public.jwk': '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
    'text.jwk': 'my secret',
  });
  const own = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  trusted = await exportJWK(own.publicKey);
  stranger = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey);
  await writeFile(inside(shop, 'key.jwk'), JSON.stringify(await exportJWK(own.privateKey)));
  await writeFile(inside(shop, 'trusted.jwk'), JSON.stringify(trusted));
  await writeFile(inside(shop, 'stranger.jwk'), JSON.stringify(stranger));
  await writeFile(inside(shop, 'both.jwks'), JSON.stringify({ keys: [stranger, trusted] }));
  await bundle('-o', 'plain.bundle.json');
  await bundle('-o', 'signed.bundle.json', '--sign', 'key.jwk');
});

describe('bundle', () => {
  test('says what it wrote', async () => {
    const { code, stdout, stderr } = await bundle('policies', '-o', 'again.bundle.json', '--sign', 'key.jwk');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^again\.bundle\.json: 3 rules, signed, digest [0-9a-f]{64}\n$/);
  });

  test('writes what verify decides by as it does by the files, places included', async () => {
    const verify = (policies: string): Promise<Run> =>
      cli(['verify', policies, 'token', '--jwks', 'jwks.json', '--at', AT, '--format', 'json'], {
        cwd: shop.directory,
      });
    const [files, bundled] = [await verify('policies'), await verify('plain.bundle.json')];
    const decision = (run: Run): object => ({ ...(JSON.parse(run.stdout) as object), id: '' });
    expect(files.code).toBe(0);
    expect(decision(bundled)).toEqual(decision(files));
  });

  test.each([
    ['a policy that does not load', ['broken'], 2, /unknown-key.*ruls/s],
    ['a path without policies', ['empty'], 3, /no policy file/],
    ['a name that is no bundle', ['-o', 'policy.json'], 2, /ends in `\.bundle\.json`/],
    ['a public key', ['--sign', 'public.jwk'], 2, /private JWK/],
    ['a key that is none', ['--sign', 'text.jwk'], 2, /`?text\.jwk`? does not hold a private key/],
    ['a key that is missing', ['--sign', 'no.jwk'], 2, /no\.jwk/],
  ])('refuses %s, and writes nothing', async (_, args, expected, message) => {
    const { code, stdout, stderr } = await bundle(...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('my secret');
    await expect(readFile(inside(shop, 'policy.bundle.json'))).rejects.toThrow('ENOENT');
  });
});

describe('verify with the keys of bundles', () => {
  const verify = (policies: string, keys: string): Promise<Run> =>
    cli(['verify', policies, 'token', '--jwks', 'jwks.json', '--at', AT, '--bundle-keys', keys], {
      cwd: shop.directory,
    });

  test.each(['trusted.jwk', 'both.jwks'])('takes a bundle that one of them signed: %s', async (keys) => {
    expect(await verify('signed.bundle.json', keys)).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['a bundle that none of them signed', 'signed.bundle.json', 'stranger.jwk', /bundle-signature/],
    ['a bundle that nobody signed', 'plain.bundle.json', 'trusted.jwk', /bundle-unsigned/],
    ['policies that are no bundle', 'policies', 'trusted.jwk', /not a bundle/],
    ['a private key', 'signed.bundle.json', 'key.jwk', /private key/],
    ['a file that holds no key', 'signed.bundle.json', 'text.jwk', /does not hold the keys/],
    ['a file that is missing', 'signed.bundle.json', 'no.jwk', /no\.jwk/],
  ])('refuses %s', async (_, policies, keys, message) => {
    const { code, stdout, stderr } = await verify(policies, keys);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('an engine of a bundle', () => {
  const options = async (): Promise<{ clock: () => number; keys: Record<string, { keys: object[] }> }> => ({
    clock: () => NOW,
    keys: { 'https://app.gitpod.io': await keysOfShop() },
  });

  test('decides as one of the files does', async () => {
    const ofFiles = await createEngine({ policies: inside(shop, 'policies'), ...(await options()) });
    const ofBundle = await createEngine({
      policies: inside(shop, 'signed.bundle.json'),
      bundleKeys: [stranger, trusted],
      ...(await options()),
    });
    const request = { action: 'read', resource: 'secret/payments/db', audience: AUDIENCE };
    const [one, other] = [await ofFiles.authorize(shop.token, request), await ofBundle.authorize(shop.token, request)];
    const where = ({ reasons }: typeof one): unknown => reasons.map(({ rule, at }) => [rule, at?.line, at?.column]);
    expect(one.effect).toBe('allow');
    expect([other.effect, other.grants, other.policy, where(other)]).toEqual([
      one.effect,
      one.grants,
      one.policy,
      where(one),
    ]);
  });

  test.each([
    ['an unsigned one, where keys are given', 'plain.bundle.json', 'bundle-unsigned'],
    ['one that another key has signed', 'signed.bundle.json', 'bundle-signature'],
  ])('refuses %s', async (_, file, code) => {
    await expect(
      createEngine({ policies: inside(shop, file), bundleKeys: [stranger], ...(await options()) }),
    ).rejects.toMatchObject({ code: 'ERR_POLICY_INVALID', diagnostics: [{ code, at: { file: inside(shop, file) } }] });
  });

  test('refuses policy files where keys are given, and a bundle beside others', async () => {
    const rest = await options();
    await expect(
      createEngine({ policies: inside(shop, 'policies'), bundleKeys: [trusted], ...rest }),
    ).rejects.toMatchObject({ code: 'ERR_POLICY_UNREADABLE' });
    const both = [inside(shop, 'policies'), inside(shop, 'plain.bundle.json')];
    await expect(createEngine({ policies: both, ...rest })).rejects.toMatchObject({ code: 'ERR_POLICY_UNREADABLE' });
    await expect(createEngine({ policies: inside(shop, 'no.bundle.json'), ...rest })).rejects.toMatchObject({
      code: 'ERR_POLICY_UNREADABLE',
    });
    await expect(createEngine({ policies: both, bundleKeys: [], ...rest })).rejects.toThrow(TypeError);
  });

  test('keeps the last good one where the next is cut off', async () => {
    const path = inside(shop, 'live.bundle.json');
    const bytes = await readFile(inside(shop, 'plain.bundle.json'));
    await writeFile(path, bytes);
    const engine = await createEngine({ policies: path, ...(await options()) });
    const { policy } = await engine.ready();
    await writeFile(path, bytes.subarray(0, -20));
    expect(await engine.reload()).toMatchObject({ ok: false, policy, error: { code: 'ERR_POLICY_INVALID' } });
    expect((await engine.authorize(shop.token)).effect).toBe('allow');
    await writeFile(path, bytes);
    expect(await engine.reload()).toMatchObject({ ok: true, policy });
    await engine.close();
  });
});

import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mintToken } from '../../src/idp/mint.ts';
import { generateSigningKey } from '../../src/idp/signing-key.ts';
import { defaultStateDirectory, openIssuerState } from '../../src/idp/state.ts';

let root: string;
let count = 0;
const fresh = (): string => join(root, `state-${count++}`, 'countersign', 'idp');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-state-'));
});
afterAll(() => rm(root, { recursive: true }));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('lies where the XDG base directory specification says', () => {
  const byHome = join(homedir(), '.local/state/countersign/idp');
  expect(defaultStateDirectory({ XDG_STATE_HOME: '/x' })).toBe('/x/countersign/idp');
  expect(defaultStateDirectory({})).toBe(byHome);
  expect(defaultStateDirectory({ XDG_STATE_HOME: '' })).toBe(byHome);
  expect(defaultStateDirectory({ XDG_STATE_HOME: 'relative' })).toBe(byHome);
});

test('makes a private directory with a private key, and finds the same key again', async () => {
  const directory = fresh();
  const first = await openIssuerState(directory);
  expect([await modeOf(directory), await readdir(directory)]).toEqual(['700', ['signing-key.json']]);
  expect(await modeOf(join(directory, 'signing-key.json'))).toBe('600');
  expect(first.key.publicJwk).toMatchObject({
    kty: 'RSA',
    kid: 'k0',
    alg: 'RS256',
    use: 'sig',
    n: expect.stringMatching(/^.{342}$/u),
  });

  const second = await openIssuerState(directory);
  expect(second.key.publicJwk).toEqual(first.key.publicJwk);
  const keys = createLocalJWKSet({ keys: [{ kty: 'RSA', ...first.key.publicJwk }] });
  await expect(jwtVerify(await mintToken({ sub: 's' }, second.key), keys)).resolves.toBeDefined();
});

test('remembers the issuer that was served last', async () => {
  const directory = fresh();
  const state = await openIssuerState(directory);
  expect(state.issuer).toBeUndefined();
  await state.rememberIssuer('http://127.0.0.1:1');
  await state.rememberIssuer('http://127.0.0.1:2');
  expect((await openIssuerState(directory)).issuer).toBe('http://127.0.0.1:2');
  expect(await modeOf(join(directory, 'issuer-url'))).toBe('600');
});

test('gives all who start at once the same key', async () => {
  const directory = fresh();
  const states = await Promise.all(Array.from({ length: 8 }, () => openIssuerState(directory)));
  expect(new Set(states.map(({ key }) => key.publicJwk.n)).size).toBe(1);
  expect(await readdir(directory)).toEqual(['signing-key.json']);
});

type Spoil = (directory: string, key: string) => Promise<unknown>;

test.each<[string, Spoil, 'directory' | 'key', RegExp]>([
  ['a directory that the group may enter', (d) => chmod(d, 0o750), 'directory', /mode 0750\); help: chmod 700 '/u],
  ['a directory that the world may enter', (d) => chmod(d, 0o701), 'directory', /mode 0701\)/u],
  ['a key that the group may read', (_, k) => chmod(k, 0o640), 'key', /mode 0640\); help: chmod 600 '/u],
  ['a key of another mode', (_, k) => chmod(k, 0o700), 'key', /mode 0700\)/u],
  [
    'a link in place of the key',
    (_, k) => rename(k, `${k}.old`).then(() => symlink(`${k}.old`, k)),
    'key',
    /is a link; help: remove it/u,
  ],
  [
    'a link in place of the directory',
    (d) => rename(d, `${d}.old`).then(() => symlink(`${d}.old`, d)),
    'directory',
    /is a link, not a directory; help: set XDG_STATE_HOME/u,
  ],
  [
    'a file in place of the directory',
    (d) => rm(d, { recursive: true }).then(() => writeFile(d, '')),
    'directory',
    /cannot be made; help: set XDG_STATE_HOME/u,
  ],
  [
    'a FIFO in place of the key',
    (_, k) => rm(k).then(() => execFileSync('mkfifo', ['-m', '600', k])),
    'key',
    /is not the file/u,
  ],
  ['a directory in place of the key', (_, k) => rm(k).then(() => mkdir(k)), 'key', /is not the file/u],
  ['a huge key', (_, k) => writeFile(k, ' '.repeat(70_000)), 'key', /is not the file/u],
  ['an empty key', (_, k) => writeFile(k, ''), 'key', /does not hold a signing key; help: remove the file/u],
  [
    'a key cut off',
    async (_, k) => writeFile(k, (await readFile(k, 'utf8')).slice(0, 900)),
    'key',
    /does not hold a signing key/u,
  ],
  ['a key without its private half', (_, k) => spoilKey(k, { d: undefined }), 'key', /does not hold a signing key/u],
  ['a key with another id', (_, k) => spoilKey(k, { kid: 'k1' }), 'key', /does not hold a signing key/u],
  [
    'a key for another algorithm',
    async (_, k) => writeFile(k, JSON.stringify((await generateSigningKey('k0', 'ES256')).privateJwk)),
    'key',
    /does not hold a signing key/u,
  ],
])('refuses %s, and says what to do', async (_, spoil, part, message) => {
  const directory = fresh();
  await openIssuerState(directory);
  const key = join(directory, 'signing-key.json');
  const secret = (JSON.parse(await readFile(key, 'utf8')) as { d: string }).d;
  await spoil(directory, key);
  const path = part === 'key' ? key : directory;
  const error: unknown = await openIssuerState(directory).catch((refused: unknown) => refused);
  expect(error).toMatchObject({ name: 'StateRefused', path, message: expect.stringMatching(message) });
  expect(error).toMatchObject({ message: expect.stringContaining(`\`${path}\``) });
  expect(JSON.stringify(error) + String(error)).not.toContain(secret.slice(0, 20));
});

// Only root can give a file away.
(process.getuid?.() === 0 ? test : test.skip)('refuses a directory or a key of another user', async () => {
  const directory = fresh();
  await openIssuerState(directory);
  await chown(join(directory, 'signing-key.json'), 12345, 12345);
  await expect(openIssuerState(directory)).rejects.toThrow(/signing-key\.json` belongs to another user; help: /u);
  await chown(directory, 12345, 12345);
  await expect(openIssuerState(directory)).rejects.toThrow(/idp` belongs to another user; help: /u);
});

async function spoilKey(path: string, changes: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), ...changes }));
}

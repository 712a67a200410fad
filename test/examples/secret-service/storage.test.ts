import { describe, expect, test } from '@jest/globals';
import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { isPath, Vault } from '../../../examples/secret-service/vault.js';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { ask, AUDIENCE, openIssuer, ORG, placeFor, put, refusedIn, serveIn } from './running.ts';
import { runsOf, timeFor } from '../../runs.ts';

const KEY = Buffer.alloc(32, 7);
const DB = 'secret/payments/database';
const VALUE = 'correct horse battery staple';

async function vaultOf(secrets: Readonly<Record<string, string>> = {}): Promise<{ vault: Vault; directory: string }> {
  const directory = join(await directoryOf({}), 'secrets');
  const vault = await Vault.open(directory, KEY);
  for (const [path, value] of Object.entries(secrets)) await vault.write(path, value);
  return { vault, directory };
}

const filesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).map((name) => join(directory, name));

describe('what is at rest', () => {
  test('names neither path nor value, and is for nobody else to read', async () => {
    const { directory } = await vaultOf({ [DB]: VALUE });
    const files = await filesIn(directory);
    expect(files).toHaveLength(1);
    const [file = ''] = files;
    const boxes = JSON.parse(await readFile(file, 'utf8'));
    const texts = [basename(file, '.json'), boxes.key.text, boxes.data.text];
    const bytes = texts.flatMap((text) => [
      Buffer.from(text),
      Buffer.from(text, 'base64url'),
      Buffer.from(text, 'hex'),
    ]);
    bytes.push(await readFile(file));
    for (const word of ['payments', 'database', 'correct', 'horse', 'staple']) {
      expect(bytes.filter((read) => read.includes(word))).toEqual([]);
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test('is another text each time', async () => {
    const { vault, directory } = await vaultOf({ [DB]: VALUE });
    const [file = ''] = await filesIn(directory);
    const one = JSON.parse(await readFile(file, 'utf8'));
    await vault.write(DB, VALUE);
    const other = JSON.parse(await readFile(file, 'utf8'));
    for (const box of ['key', 'data']) {
      for (const part of ['iv', 'tag', 'text']) expect(one[box][part]).not.toBe(other[box][part]);
    }
  });

  // Every run writes files and reads them.
  const numRuns = runsOf(200);
  test(
    'gives back any text under any path, also after it was opened anew',
    async () => {
      const segment = fc.stringMatching(/^[\w.~-]{1,12}$/).filter((text) => !/^\.{1,2}$/.test(text));
      const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `secret/${segments.join('/')}`);
      const secrets = fc.dictionary(path, fc.string({ unit: 'grapheme' }), { maxKeys: 4, noNullPrototype: true });
      await fc.assert(
        fc.asyncProperty(secrets, async (given) => {
          expect(Object.keys(given).every(isPath)).toBe(true);
          const { directory } = await vaultOf(given);
          const again = await Vault.open(directory, KEY);
          expect(again.list('secret')).toEqual(Object.keys(given).sort());
          for (const [path, value] of Object.entries(given)) expect(await again.read(path)).toBe(value);
          await rm(directory, { recursive: true });
        }),
        { numRuns },
      );
    },
    timeFor(numRuns),
  );

  test('does not open with any one character altered', async () => {
    const { vault, directory } = await vaultOf({ [DB]: VALUE });
    const [file = ''] = await filesIn(directory);
    const text = await readFile(file, 'utf8');
    for (let at = 0; at < text.length; at += 1) {
      const altered = text[at] === 'A' ? 'B' : 'A';
      await writeFile(file, text.slice(0, at) + altered + text.slice(at + 1));
      await expect(vault.read(DB)).rejects.toThrow(/does not open/);
    }
    for (const cut of ['', '{}', 'null', text.slice(0, -1), `${text}${text}`]) {
      await writeFile(file, cut);
      await expect(vault.read(DB)).rejects.toThrow(/does not open/);
    }
    await expect(Vault.open(directory, KEY)).rejects.toThrow(/does not open/);
    await writeFile(file, text);
    expect(await vault.read(DB)).toBe(VALUE);
  });

  test('does not open in the place of another secret, nor does part of it', async () => {
    const { vault, directory } = await vaultOf({ [DB]: VALUE });
    const [one = ''] = await filesIn(directory);
    await vault.write('secret/payments/other', 'other');
    const other = (await filesIn(directory)).find((file) => file !== one) ?? '';
    const [left, right] = [await readFile(one, 'utf8'), await readFile(other, 'utf8')].map((text) => JSON.parse(text));
    for (const mixed of [right, { ...left, key: right.key }, { ...left, data: right.data }]) {
      await writeFile(one, JSON.stringify(mixed));
      await expect(vault.read(DB)).rejects.toThrow(/does not open/);
    }
    await writeFile(one, JSON.stringify(left));
    await rename(one, other);
    await expect(vault.read('secret/payments/other')).rejects.toThrow(/does not open/);
  });

  test('is whole whatever is written at the same time', async () => {
    const { vault, directory } = await vaultOf({ [DB]: 'start' });
    const values = new Set(['start', ...Array.from({ length: 40 }, (_, i) => `${i} `.repeat(i * 50))]);
    const seen: (string | undefined)[] = [];
    await Promise.all(
      [...values].flatMap((value, i) => [
        vault.write(DB, value),
        vault.write(`secret/many/${i}`, value),
        i % 4 === 0 ? vault.delete(`secret/many/${i}`) : Promise.resolve(),
        vault.read(DB).then((read) => seen.push(read)),
      ]),
    );
    expect(seen.filter((value) => !values.has(value ?? ''))).toEqual([]);
    const again = await Vault.open(directory, KEY);
    expect(again.list('secret')).toEqual(vault.list('secret'));
    expect(again.list('secret/many')).toHaveLength(30);
    expect(await again.read(DB)).toBe([...values].at(-1));
    expect((await filesIn(directory)).filter((file) => !file.endsWith('.json'))).toEqual([]);
  });

  test('is the old secret where a write was cut off', async () => {
    const { directory } = await vaultOf({ [DB]: VALUE });
    const [file = ''] = await filesIn(directory);
    await writeFile(file.replace(/\.json$/, '.tmp'), '{"version":1,');
    expect(await (await Vault.open(directory, KEY)).read(DB)).toBe(VALUE);
    expect(await filesIn(directory)).toEqual([file]);
  });

  test('goes on after a change that failed', async () => {
    const { vault, directory } = await vaultOf({ [DB]: VALUE });
    await rename(directory, `${directory}-away`);
    await expect(vault.write(DB, 'lost')).rejects.toThrow(/ENOENT/);
    await rename(`${directory}-away`, directory);
    expect(await vault.read(DB)).toBe(VALUE);
    await vault.write(DB, 'kept');
    expect(await vault.read(DB)).toBe('kept');
  });
});

describe('the service', () => {
  test('keeps secrets over a restart, and answers 500 for one that was altered meanwhile', async () => {
    const issuer = await openIssuer();
    const place = await placeFor(issuer);
    const token = await issuer.token({ sub: `${ORG}/user:ada`, aud: AUDIENCE });
    const path = 'secret/users/ada/token';
    const service = await serveIn(place);
    expect(await put(service, path, token, VALUE)).toMatchObject({ status: 204 });
    expect(await service.stop()).toBe(0);
    const restarted = await serveIn(place);
    expect(await ask(restarted, 'GET', path, { token })).toMatchObject({ body: { path, value: VALUE } });
    const [file = ''] = await filesIn(join(place, 'secrets'));
    await writeFile(file, (await readFile(file, 'utf8')).replace('"version":1', '"version":2'));
    const altered = await ask(restarted, 'GET', path, { token });
    expect(altered).toMatchObject({ status: 500, body: { title: 'Internal Server Error', status: 500 } });
    expect(restarted.stderr()).toMatch(/does not open: it is under another master key, or was moved or altered/);
  });

  test.each<[what: string, spoil: (place: string) => unknown, said: RegExp, env?: Record<string, string>]>([
    ['no master key', () => undefined, /^SECRETS_KEY_FILE must name the file/, { SECRETS_KEY_FILE: '' }],
    ['a master key that is missing', () => undefined, /^none\.key cannot be read: /, { SECRETS_KEY_FILE: 'none.key' }],
    ['a master key that others can read', (place) => chmod(join(place, 'master.key'), 0o640), /chmod 600 master\.key/],
    ['a master key that is too short', (place) => writeFile(join(place, 'master.key'), 'c2hvcnQ='), /does not hold a/],
    [
      'another master key',
      async (place) => {
        await (await Vault.open(join(place, 'secrets'), Buffer.alloc(32, 8))).write(DB, VALUE);
      },
      /^secrets\/[0-9a-f]{64}\.json does not open: it is under another master key/,
    ],
    [
      'a policy that does not load',
      (place) => writeFile(join(place, 'policies/secrets.yaml'), 'version: 1\nrule: []\n'),
      /policies\/secrets\.yaml:2:1/,
    ],
    ['a port that is none', () => undefined, /port/i, { PORT: 'http' }],
  ])('does not start with %s, and says so in a sentence', async (_, spoil, sentence, env = {}) => {
    const place = await placeFor(await createTestIssuer());
    await spoil(place);
    const { code, said } = await refusedIn(place, { env });
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });
});

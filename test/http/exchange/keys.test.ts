import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { nextKeyFrom, publishedKeys, signingKeyAt } from '../../../src/http/exchange/key-schedule.ts';
import { Keyring, type KeyringOptions } from '../../../src/http/exchange/keyring.ts';
import { runsOf } from '../../runs.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SCHEDULE = { every: 10 * DAY, ahead: DAY, retain: DAY };
const START = 1_800_000_000;

describe('the schedule of keys', () => {
  const KEYS = [{ signsFrom: 100 * DAY }, { signsFrom: 110 * DAY }, { signsFrom: 120 * DAY }];

  test.each<[day: number, signs: number]>([
    [99, 0],
    [100, 0],
    [109.99, 0],
    [110, 1],
    [119, 1],
    [500, 2],
  ])('on day %d has key %d sign', (day, signs) => {
    expect(signingKeyAt(KEYS, day * DAY)).toBe(KEYS[signs]);
  });

  test.each<[day: number, published: number[]]>([
    [100, [0, 1, 2]],
    [110.99, [0, 1, 2]],
    [111, [1, 2]],
    [121, [2]],
    [500, [2]],
  ])('on day %d has the keys %j published', (day, published) => {
    expect(publishedKeys(KEYS, SCHEDULE, day * DAY)).toEqual(published.map((index) => KEYS[index]));
  });

  test.each<[name: string, keys: object[], day: number, from: number | undefined]>([
    ['the first key signs at once', [], 50, 50],
    ['no key is made long before it is due', KEYS, 128.9, undefined],
    ['a key is made as long before it signs as it is published', KEYS, 129, 130],
    ['a key that is late is published first all the same', KEYS, 200, 201],
    ['no second key is made while one waits', KEYS, 115, undefined],
  ])('%s', (_, keys, day, from) => {
    const next = nextKeyFrom(keys as { signsFrom: number }[], SCHEDULE, day * DAY);
    expect(next).toBe(from === undefined ? undefined : from * DAY);
  });

  test('at any time, verifiers that keep a key set for as long as keys are published ahead know every valid token', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 * DAY }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(steps, (seconds) => {
        let now = START;
        let keys: readonly { signsFrom: number }[] = [{ signsFrom: now }];
        let fetched = { at: now, keys };
        const issued: { key: object; exp: number }[] = [];
        for (const step of seconds) {
          now += step;
          keys = publishedKeys(keys, SCHEDULE, now);
          const from = nextKeyFrom(keys, SCHEDULE, now);
          if (from !== undefined) keys = [...keys, { signsFrom: from }];
          if (now - fetched.at >= SCHEDULE.ahead) fetched = { at: now, keys };
          const key = signingKeyAt(keys, now)!;
          expect(fetched.keys).toContain(key);
          issued.push({ key, exp: now + SCHEDULE.retain });
          for (const token of issued.filter(({ exp }) => exp > now)) {
            expect(publishedKeys(keys, SCHEDULE, now)).toContain(token.key);
          }
        }
      }),
      { numRuns: runsOf() },
    );
  });
});

describe('the keyring', () => {
  let directory: string;
  let count = 0;
  const time = { now: START };
  const errors: string[] = [];
  const logger = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const optionsFor = (path = join(directory, `${count++}.json`)): KeyringOptions => {
    time.now = START;
    return { path, algorithm: 'ES256', schedule: SCHEDULE, clock: () => time.now, logger };
  };
  const kidsOf = async (keyring: Keyring): Promise<(string | undefined)[]> =>
    (await keyring.published()).map(({ kid }) => kid);
  const signer = async (keyring: Keyring): Promise<string | undefined> =>
    decodeProtectedHeader(await keyring.sign({})).kid;

  test('keeps its keys in a private file, and finds them again', async () => {
    const options = optionsFor();
    const kids = await kidsOf(await Keyring.open(options));
    expect(((await stat(options.path)).mode & 0o777).toString(8)).toBe('600');
    expect(kids).toHaveLength(1);
    expect(await kidsOf(await Keyring.open(options))).toEqual(kids);
  });

  test('publishes a key a day before it signs, and the one before for a day after', async () => {
    const keyring = await Keyring.open(optionsFor());
    const [first] = await kidsOf(keyring);
    time.now = START + 9 * DAY - 1;
    expect(await kidsOf(keyring)).toEqual([first]);
    time.now = START + 9 * DAY + 60;
    const [, second] = await kidsOf(keyring);
    expect([await signer(keyring), await kidsOf(keyring)]).toEqual([first, [first, second]]);
    expect(second).toMatch(/^[\w-]{43}$/);

    const late = await keyring.sign({ exp: START + 11 * DAY - 1 });
    time.now = START + 10 * DAY + 60;
    expect([await signer(keyring), await kidsOf(keyring)]).toEqual([second, [first, second]]);
    time.now = START + 11 * DAY - 2;
    const published = createLocalJWKSet({ keys: [...(await keyring.published())] as never });
    await expect(jwtVerify(late, published, { currentDate: new Date(time.now * 1000) })).resolves.toBeDefined();
    time.now = START + 11 * DAY + 60;
    expect(await kidsOf(keyring)).toEqual([second]);
  });

  test('is shared by processes that start and renew at once', async () => {
    const options = optionsFor();
    const keyrings = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        await wait(index);
        return Keyring.open(options);
      }),
    );
    const sets = async (): Promise<unknown[]> => Promise.all(keyrings.map(kidsOf));
    const [first] = await sets();
    expect(await sets()).toEqual(keyrings.map(() => first));
    time.now = START + 9 * DAY + 60;
    await sets();
    time.now += 60;
    const [renewed] = await sets();
    expect(renewed).toHaveLength(2);
    expect(await sets()).toEqual(keyrings.map(() => renewed));
  });

  test('makes keys for another algorithm from then on', async () => {
    const options = optionsFor();
    await Keyring.open(options);
    const keyring = await Keyring.open({ ...options, algorithm: 'EdDSA' });
    time.now = START + 9 * DAY + 60;
    expect((await keyring.published()).map(({ alg }) => alg)).toEqual(['ES256', 'EdDSA']);
  });

  test('stays with the keys at hand, and says so, where the file is spoilt or gone', async () => {
    const options = optionsFor();
    const keyring = await Keyring.open(options);
    const kids = await kidsOf(keyring);
    for (const spoil of [() => writeFile(options.path, '{}'), () => rm(options.path)]) {
      await spoil();
      time.now += 120;
      errors.length = 0;
      expect(await kidsOf(keyring)).toEqual(kids);
      expect(errors).toEqual(['signing keys not renewed; those at hand stay in use']);
    }
  });

  test.each<[name: string, spoil: (path: string) => Promise<unknown>, message: RegExp]>([
    ['that others may read', (path) => chmod(path, 0o640), /is not private \(mode 0640, not 0600\)/],
    ['that is empty', (path) => writeFile(path, ''), /does not hold signing keys; remove it, and new ones are made/],
    ['without keys', (path) => writeFile(path, '{"keys":[]}'), /does not hold signing keys/],
    ['with a public key', (path) => change(path, { d: undefined }), /does not hold signing keys/],
    ['with a key for another algorithm', (path) => change(path, { alg: 'HS256' }), /does not hold signing keys/],
    ['with a key of another point', (path) => change(path, { x: 'A'.repeat(43) }), /does not hold signing keys/],
    ['that leads to a directory', async (path) => { await rm(path); await symlink(directory, path); }, /is not a regular file/],
  ])('refuses a file %s, without telling a key', async (_, spoil, message) => {
    const options = optionsFor();
    await Keyring.open(options);
    const { d } = (JSON.parse(await readFile(options.path, 'utf8')) as { keys: { jwk: { d: string } }[] }).keys[0]!.jwk;
    await spoil(options.path);
    const error = await Keyring.open(options).catch((cause: unknown) => cause as Error);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).not.toContain(d);
  }); // prettier-ignore
});

async function change(path: string, members: object): Promise<void> {
  const { keys } = JSON.parse(await readFile(path, 'utf8')) as { keys: { jwk: object }[] };
  await writeFile(path, JSON.stringify({ keys: keys.map((key) => ({ ...key, jwk: { ...key.jwk, ...members } })) }));
}

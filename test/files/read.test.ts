import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTextFile } from '../../src/files/read.ts';
import { directoryOf } from './directory.ts';

const openFiles = async (): Promise<number> => (await readdir('/dev/fd')).length;

test.each<[string, string | Uint8Array, number, string]>([
  ['an empty file', '', 0, ''],
  ['a file of just the size allowed', 'abc', 3, 'abc'],
  ['UTF-8 of every length', 'aé€😀', 100, 'aé€😀'],
  ['a byte order mark, as it is', '\ufeffa', 100, '\ufeffa'],
  ['control characters and line ends, as they are', 'a\r\n\0b', 100, 'a\r\n\0b'],
  ['a file longer than one chunk', 'é'.repeat(100_000), 200_000, 'é'.repeat(100_000)],
])('reads %s', async (_, content, maxBytes, expected) => {
  const root = await directoryOf({});
  await writeFile(join(root, 'a'), content);
  expect(await readTextFile(join(root, 'a'), { maxBytes })).toBe(expected);
});

test.each<[string, string | Uint8Array, string]>([
  ['a byte too many', '0123456789a', 'too-large'],
  ['a byte that is no UTF-8', Buffer.from([0x61, 0xff]), 'not-utf8'],
  ['an overlong form', Buffer.from([0xc0, 0xaf]), 'not-utf8'],
  ['an encoded surrogate', Buffer.from([0xed, 0xa0, 0x80]), 'not-utf8'],
  ['a sequence cut off', Buffer.from([0xe2, 0x82]), 'not-utf8'],
])('refuses %s', async (_, content, code) => {
  const root = await directoryOf({});
  await writeFile(join(root, 'a'), content);
  await expect(readTextFile(join(root, 'a'), { maxBytes: 10 })).rejects.toMatchObject({ code, path: join(root, 'a') });
});

test('refuses what is not there, a directory, a device, a socket and a FIFO, without waiting', async () => {
  const root = await directoryOf({ zero: { link: '/dev/zero' }, gone: { link: 'nowhere' } });
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
  const codes: Record<string, unknown> = {};
  for (const name of ['none', 'gone', '.', 'zero', 'fifo', 'socket']) {
    await readTextFile(join(root, name), { maxBytes: 10 }).catch(
      (error: { code: unknown }) => (codes[name] = error.code),
    );
  }
  await new Promise((resolve) => server.close(resolve));
  expect(codes).toEqual({
    ...{ none: 'missing', gone: 'missing' },
    ...{ '.': 'not-a-file', zero: 'not-a-file', fifo: 'not-a-file', socket: 'not-a-file' },
  });
});

test('follows links, and refuses one that leads out of the root at the time of reading', async () => {
  const root = await directoryOf({
    'in/real': 'text',
    'in/link': { link: 'real' },
    'in/out': { link: '../secret' },
    secret: 's',
  });
  const options = { maxBytes: 10, root: join(root, 'in') };
  expect(await readTextFile(join(root, 'in/link'), options)).toBe('text');
  expect(await readTextFile(join(root, 'in/out'), { maxBytes: 10 })).toBe('s');
  await expect(readTextFile(join(root, 'in/out'), options)).rejects.toMatchObject({ code: 'outside-root' });
});

test.each([0o600, 0o400, 0o640, 0o604, 0o620, 0o666])(
  'reads a private file of mode %o only if nobody else may',
  async (mode) => {
    const root = await directoryOf({});
    await writeFile(join(root, 'a'), 'abc');
    await chmod(join(root, 'a'), mode);
    const read = readTextFile(join(root, 'a'), { maxBytes: 10, private: true });
    if ((mode & 0o077) === 0) expect(await read).toBe('abc');
    else await expect(read).rejects.toMatchObject({ code: 'not-private', path: join(root, 'a') });
  },
);

(process.getuid?.() === 0 ? test : test.skip)('refuses a private file of another user', async () => {
  const root = await directoryOf({});
  await writeFile(join(root, 'a'), 'abc', { mode: 0o600 });
  await chown(join(root, 'a'), 12345, 12345);
  await expect(readTextFile(join(root, 'a'), { maxBytes: 10, private: true })).rejects.toThrow(/another user/);
});

test('never gives more than the limit of a file that grows, nor a mixture of two contents', async () => {
  const root = await directoryOf({ a: 'x'.repeat(1000) });
  const path = join(root, 'a');
  const writer = spawn('sh', [
    '-c',
    'while :; do printf yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy >> "$1"; done',
    'sh',
    path,
  ]);
  try {
    let outcome: unknown;
    do {
      outcome = await readTextFile(path, { maxBytes: 200_000 }).catch((error: { code: unknown }) => error.code);
      if (typeof outcome === 'string' && outcome.startsWith('x')) expect(outcome).toMatch(/^x{1000}(y{40})*$/u);
      else expect(['changed', 'too-large']).toContain(outcome);
    } while (outcome !== 'too-large');
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
});

test('refuses a file that is written to meanwhile', async () => {
  const root = await directoryOf({ a: 'a'.repeat(1_000_000) });
  const path = join(root, 'a');
  let seen: unknown;
  const writing = (async () => {
    for (let i = 0; seen !== 'changed'; i++) await writeFile(path, (i % 2 ? 'a' : 'b').repeat(1_000_000 + i));
  })();
  while (seen !== 'changed') {
    seen = await readTextFile(path, { maxBytes: 10_000_000 }).catch((error: { code: unknown }) => error.code);
  }
  await writing;
});

// A file of this file system says that its size is 0.
(existsSync('/proc/self/maps') ? test : test.skip)('counts what it reads, not what the size says', async () => {
  await expect(readTextFile('/proc/self/maps', { maxBytes: 10 })).rejects.toMatchObject({ code: 'too-large' });
});

test('reads one version of a file that is being replaced', async () => {
  const root = await directoryOf({ a: 'a'.repeat(200_000) });
  const path = join(root, 'a');
  for (let i = 0; i < 50; i++) {
    await writeFile(join(root, 'next'), (i % 2 ? 'a' : 'b').repeat(200_000));
    const [text] = await Promise.all([readTextFile(path, { maxBytes: 200_000 }), rename(join(root, 'next'), path)]);
    expect(text).toMatch(/^(a{200000}|b{200000})$/u);
  }
});

test('never reads what is outside the root, of a path that is a file and a link by turns', async () => {
  const root = await directoryOf({ 'in/a': 'inside', secret: 'outside' });
  const path = join(root, 'in/a');
  const outcomes = new Set<unknown>();
  for (let i = 0; i < 200; i++) {
    const next = join(root, 'in/next');
    await (i % 2 ? writeFile(next, 'inside') : symlink('../secret', next));
    const options = { maxBytes: 10, root: join(root, 'in') };
    const reading = Array.from({ length: 4 }, () => readTextFile(path, options).catch((error) => error.code));
    const [, ...seen] = await Promise.all([rename(next, path), ...reading]);
    for (const one of seen) outcomes.add(one);
    expect(await readTextFile(path, options).catch((error) => error.code)).toBe(i % 2 ? 'inside' : 'outside-root');
  }
  expect([...outcomes].filter((one) => !['inside', 'outside-root', 'not-a-file'].includes(String(one)))).toEqual([]);
});

test('leaves no file open, whatever the outcome', async () => {
  const root = await directoryOf({ good: 'a', large: 'aaaa' });
  await appendFile(join(root, 'bad'), Buffer.from([0xff]));
  const before = await openFiles();
  for (let i = 0; i < 20; i++) {
    await Promise.allSettled(
      ['good', 'large', 'bad', 'none'].map((name) => readTextFile(join(root, name), { maxBytes: 2 })),
    );
  }
  expect(await openFiles()).toBe(before);
});

import { chmod, readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeFileAtomic } from '../../src/files/write.ts';
import { directoryOf } from './directory.ts';

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('writes text and bytes, in the mode asked for, and leaves nothing else behind', async () => {
  const root = await directoryOf({});
  await writeFileAtomic(join(root, 'text'), 'é');
  await writeFileAtomic(join(root, 'bytes'), Uint8Array.of(0xff), { mode: 0o600 });
  await writeFileAtomic(join(root, 'open'), '', { mode: 0o666 });
  expect(await readFile(join(root, 'text'), 'utf8')).toBe('é');
  expect([...(await readFile(join(root, 'bytes')))]).toEqual([0xff]);
  expect(await modeOf(join(root, 'text'))).toBe((0o666 & ~process.umask()).toString(8));
  expect([await modeOf(join(root, 'bytes')), await modeOf(join(root, 'open'))]).toEqual(['600', '666']);
  expect((await readdir(root)).sort()).toEqual(['bytes', 'open', 'text']);
});

test('replaces a file, keeping its mode, and what a link leads to, keeping the link', async () => {
  const root = await directoryOf({ 'real/a': 'old', link: { link: 'real/a' } });
  await chmod(join(root, 'real/a'), 0o640);
  await writeFileAtomic(join(root, 'link'), 'new');
  expect(await readlink(join(root, 'link'))).toBe('real/a');
  expect(await readFile(join(root, 'real/a'), 'utf8')).toBe('new');
  expect(await modeOf(join(root, 'real/a'))).toBe('640');
});

test.each<[string, string, { overwrite?: boolean }, string]>([
  ['a directory that is missing', 'none/a', {}, 'missing'],
  ['a directory in its place', 'dir', {}, 'not-a-file'],
  ['a file in its place that must stay', 'file', { overwrite: false }, 'exists'],
  ['a link in its place that must stay', 'link', { overwrite: false }, 'exists'],
])('refuses %s, and leaves everything as it was', async (_, name, options, code) => {
  const root = await directoryOf({ file: 'old', dir: null, link: { link: 'nowhere' } });
  await expect(writeFileAtomic(join(root, name), 'new', options)).rejects.toMatchObject({
    code,
    path: join(root, name),
  });
  expect((await readdir(root)).sort()).toEqual(['dir', 'file', 'link']);
  expect(await readFile(join(root, 'file'), 'utf8')).toBe('old');
});

test('lets exactly one of many writers have a name, and readers see its whole content', async () => {
  const root = await directoryOf({});
  const path = join(root, 'a');
  const contents = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(100_000));
  const outcomes = await Promise.allSettled(
    contents.map(async (content) => {
      try {
        await writeFileAtomic(path, content, { overwrite: false });
        return true;
      } catch {
        expect(contents).toContain(await readFile(path, 'utf8'));
        return false;
      }
    }),
  );
  expect(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value).sort()).toEqual([
    ...Array.from({ length: 19 }, () => false),
    true,
  ]);
  expect(await readdir(root)).toEqual(['a']);
});

test('never shows a part of a file', async () => {
  const root = await directoryOf({ a: 'a'.repeat(300_000) });
  let writing = true;
  const writer = (async () => {
    for (let i = 0; i < 30; i++) await writeFileAtomic(join(root, 'a'), (i % 2 ? 'a' : 'b').repeat(300_000));
    writing = false;
  })();
  while (writing) expect(await readFile(join(root, 'a'), 'utf8')).toMatch(/^(a{300000}|b{300000})$/u);
  await writer;
});

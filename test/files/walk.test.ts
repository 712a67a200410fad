import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { findPolicyFiles } from '../../src/files/walk.ts';
import { directoryOf } from './directory.ts';

/** The files found below `root`, as `shown` or `shown = real` where they differ. */
async function found(root: string, path = root): Promise<string[]> {
  return (await findPolicyFiles(path)).map(({ file, realPath }) => {
    const [shown, real] = [relative(root, file), relative(root, realPath)];
    return shown === real ? shown : `${shown} = ${real}`;
  });
}

test.each<[string, Parameters<typeof directoryOf>[0], string[]]>([
  ['nothing in an empty directory', {}, []],
  [
    'every extension, at every depth',
    { 'a.yaml': '', 'b/c.yml': '', 'b/d/e.json': '' },
    ['a.yaml', 'b/c.yml', 'b/d/e.json'],
  ],
  [
    'code unit order of the whole path',
    { 'a/x.yaml': '', 'a-b.yaml': '', 'Z.yaml': '', 'é.yaml': '', 'a.yaml': '', 'a0/x.yaml': '' },
    ['Z.yaml', 'a-b.yaml', 'a.yaml', 'a/x.yaml', 'a0/x.yaml', 'é.yaml'],
  ],
  [
    'no test, bundle, configuration or other file',
    {
      'a.test.yaml': '',
      'a.test.json': '',
      'b.test.x.yml': '',
      'p.bundle.json': '',
      'p.baseline.json': '',
      'countersign.config.yaml': '',
      'countersign.serve.yaml': '',
      'sub/countersign.config.yaml': '',
      'README.md': '',
      yaml: '',
      'a.YAML': '',
      'a.yaml.bak': '',
    },
    [],
  ],
  [
    'names that only look like those',
    { 'test.yaml': '', 'bundle.json': '', 'atest.yaml': '', 'countersign.config.yml': '' },
    ['atest.yaml', 'bundle.json', 'countersign.config.yml', 'test.yaml'],
  ],
  [
    'no dot name and no node_modules',
    { '.a.yaml': '', '.git/a.yaml': '', 'node_modules/a.yaml': '', 'b/node_modules/a.yaml': '' },
    [],
  ],
  [
    'directories named like files',
    { 'a.yaml/b.yaml': '', 'c.test.yaml/d.yaml': '' },
    ['a.yaml/b.yaml', 'c.test.yaml/d.yaml'],
  ],
  [
    'a Kubernetes ConfigMap',
    {
      '..2026_x/p.yaml': '',
      '..2026_x/q.yml': '',
      '..data': { link: '..2026_x' },
      'p.yaml': { link: '..data/p.yaml' },
      'q.yml': { link: '..data/q.yml' },
    },
    ['p.yaml = ..2026_x/p.yaml', 'q.yml = ..2026_x/q.yml'],
  ],
  [
    'a file reached twice once, under its own name',
    { 'z.yaml': '', 'a.yaml': { link: 'z.yaml' }, 'b.yaml': { link: 'a.yaml' } },
    ['z.yaml'],
  ],
  ['a directory reached twice once', { 'z/p.yaml': '', a: { link: 'z' }, b: { link: 'z' } }, ['z/p.yaml']],
  [
    'a linked directory that is not walked by its own name',
    { '.v1/p.yaml': '', current: { link: '.v1' } },
    ['current/p.yaml = .v1/p.yaml'],
  ],
  [
    'each directory of a cycle once',
    { 'a/p.yaml': '', 'a/up': { link: '..' }, 'a/self': { link: '.' }, 'b/to': { link: '../a' } },
    ['a/p.yaml'],
  ],
  ['no link to a file of another name', { 'notes.txt': { link: '/etc/hostname' }, 'p.yaml': '' }, ['p.yaml']],
])('finds %s', async (_, entries, expected) => {
  expect(await found(await directoryOf(entries))).toEqual(expected);
});

test('ends, with links in every directory to every other', async () => {
  const entries: Record<string, string | { link: string }> = {};
  for (let i = 0; i < 12; i++) {
    entries[`d${i}/p.yaml`] = '';
    for (let j = 0; j < 12; j++) entries[`d${i}/to${j}`] = { link: `../d${j}` };
  }
  expect(await found(await directoryOf(entries))).toHaveLength(12);
});

test('shows the path as it was given, joined, and where the file really is', async () => {
  const root = await directoryOf({ 'p/a.yaml': '', alias: { link: 'p' } });
  const given = relative(process.cwd(), join(root, 'alias'));
  expect(await findPolicyFiles(`${given}/`)).toEqual([
    { file: `${given}/a.yaml`, realPath: `${root}/p/a.yaml`, root: `${root}/p` },
  ]);
});

test('takes a file that is named, whatever its name and wherever it links to', async () => {
  const elsewhere = await directoryOf({ 'real.txt': '' });
  const root = await directoryOf({ '.hidden.test.yaml': '', 'link.yaml': { link: join(elsewhere, 'real.txt') } });
  expect(await found(root, join(root, '.hidden.test.yaml'))).toEqual(['.hidden.test.yaml']);
  expect(await findPolicyFiles(join(root, 'link.yaml'))).toEqual([
    { file: `${root}/link.yaml`, realPath: `${elsewhere}/real.txt`, root: elsewhere },
  ]);
});

test.each<[string, Parameters<typeof directoryOf>[0], string, string]>([
  ['a path that is missing', {}, 'nowhere', 'missing'],
  ['a path below a file', { 'a.yaml': '' }, 'a.yaml/b', 'missing'],
  ['a link to nowhere', { 'a.yaml': { link: 'gone.yaml' } }, 'a.yaml', 'missing'],
  ['a link to nowhere that may have been a directory', { rules: { link: '../gone' } }, 'rules', 'missing'],
  ['a link to itself', { 'a.yaml': { link: 'a.yaml' } }, 'a.yaml', 'not-a-file'],
  ['a file link out of the directory', { 'sub/a.yaml': { link: '/etc/hostname' } }, 'sub/a.yaml', 'outside-root'],
  ['a directory link out of the directory', { out: { link: '/etc' } }, 'out', 'outside-root'],
  ['a link to a device', { 'a.yaml': { link: '/dev/zero' } }, 'a.yaml', 'outside-root'],
])('refuses %s', async (_, entries, path, code) => {
  const root = await directoryOf(entries);
  const given = code === 'missing' && !(path in entries) ? join(root, path) : root;
  const error = {
    name: 'FileRefused',
    code,
    path: join(root, path),
    message: expect.stringContaining(`\`${join(root, path)}\``),
  };
  await expect(findPolicyFiles(given)).rejects.toMatchObject(error);
});

test('refuses a link to a neighbour whose name extends the name of the directory', async () => {
  const root = await directoryOf({ 'p-evil/a.yaml': '', 'p/a.yaml': { link: '../p-evil/a.yaml' } });
  await expect(findPolicyFiles(join(root, 'p'))).rejects.toMatchObject({
    code: 'outside-root',
    path: `${root}/p/a.yaml`,
  });
});

test('refuses a FIFO and a socket that are named like policies, and waits for neither', async () => {
  const root = await directoryOf({ 'fifo/x.txt': '', 'socket/x.txt': '' });
  execFileSync('mkfifo', [join(root, 'fifo/a.yaml'), join(root, 'fifo/ignored')]);
  await expect(findPolicyFiles(root)).rejects.toMatchObject({ code: 'not-a-file', path: `${root}/fifo/a.yaml` });
  await expect(findPolicyFiles(join(root, 'fifo/a.yaml'))).rejects.toMatchObject({ code: 'not-a-file' });

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 'socket/a.yaml'), resolve));
  await expect(findPolicyFiles(join(root, 'socket'))).rejects.toMatchObject({ code: 'not-a-file' });
  await new Promise((resolve) => server.close(resolve));
});

test('keeps a message on one line, whatever the path holds', async () => {
  await expect(findPolicyFiles('no\nsuch`\u202epath')).rejects.toMatchObject({
    message: '`no\\u{a}such\\u{60}\\u{202e}path` does not exist',
  });
  await expect(findPolicyFiles('a\0b')).rejects.toMatchObject({ code: 'not-readable' });
});

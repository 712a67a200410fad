import { appendFile, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Watch, watchPaths, type WatchOptions } from '../../src/files/watch.ts';
import { directoryOf } from './directory.ts';

const NEVER = 3_600_000;

/** A watch that counts its calls and can be waited for. */
class Counter {
  calls = 0;
  readonly errors: unknown[] = [];
  readonly watch: Watch;
  #wanted = 0;
  #arrived: () => void = () => undefined;

  constructor(paths: readonly string[], options: WatchOptions = {}) {
    const onError = (error: unknown): unknown => this.errors.push(error);
    this.watch = watchPaths(paths, () => this.#count(), { debounceMs: 10, pollMs: NEVER, onError, ...options });
  }

  #count(): void {
    if (++this.calls >= this.#wanted) this.#arrived();
  }

  /** Does something, and waits until it has been noticed; the test times out where it never is. */
  async sees(change: () => Promise<unknown>): Promise<void> {
    await this.#settled();
    this.#wanted = this.calls + 1;
    const arrived = new Promise<void>((resolve) => (this.#arrived = resolve));
    await change();
    await arrived;
  }

  /** Does something that is no change. */
  async ignores(change: () => Promise<unknown>): Promise<void> {
    await this.#settled();
    const before = this.calls;
    await change();
    await wait(150);
    expect(this.calls).toBe(before);
  }

  /** What earlier changes still have to say must not be taken for the next one. */
  async #settled(): Promise<void> {
    let before: number;
    do {
      before = this.calls;
      await wait(80);
    } while (this.calls !== before);
  }
}

async function watching(paths: readonly string[], options?: WatchOptions): Promise<Counter> {
  const counter = new Counter(paths, options);
  await counter.watch.ready;
  return counter;
}

const replace = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}~`, text);
  await rename(`${path}~`, path);
};

test('sees files of a directory written, appended to, replaced, renamed, added and removed', async () => {
  const root = await directoryOf({ 'a.yaml': '1', 'sub/b.yaml': '1' });
  const counter = await watching([root]);
  await counter.sees(() => writeFile(join(root, 'a.yaml'), '22'));
  await counter.sees(() => appendFile(join(root, 'sub/b.yaml'), '2'));
  await counter.sees(() => replace(join(root, 'a.yaml'), '3'));
  await counter.sees(() => writeFile(join(root, 'sub/c.yaml'), ''));
  await counter.sees(() => rename(join(root, 'sub/c.yaml'), join(root, 'sub/d.yaml')));
  await counter.sees(() => unlink(join(root, 'sub/d.yaml')));
  await counter.sees(() => replace(join(root, 'a.yaml'), '4'));
  counter.watch.close();
  expect(counter.errors).toEqual([]);
});

test('sees every edit, even of the same length within one tick of the clock', async () => {
  const root = await directoryOf({});
  const path = join(root, 'a.yaml');
  for (let i = 0; i < 20; i++) {
    writeFileSync(path, '1');
    let told = '';
    const watch = watchPaths([root], () => (told = readFileSync(path, 'utf8')), { debounceMs: 1, pollMs: NEVER });
    const progress = { ready: false };
    void watch.ready.then(() => (progress.ready = true));
    while (!progress.ready) {
      writeFileSync(path, '1');
      await setImmediate();
    }
    writeFileSync(path, '2');
    while (told !== '2') await wait(1);
    watch.close();
  }
});

test('sees what changes while it looks', async () => {
  const many = Array.from({ length: 400 }, (_, i): [string, string] => [`many/${i}.yaml`, '']);
  const root = await directoryOf({ 'a.yaml': '', ...Object.fromEntries(many) });
  const path = join(root, 'a.yaml');
  for (let i = 0; i < 15; i++) {
    let told = '';
    const watch = watchPaths([root], () => (told = readFileSync(path, 'utf8')), { debounceMs: 0, pollMs: NEVER });
    await watch.ready;
    writeFileSync(join(root, 'README.md'), ''); // wakes it, and is no change
    await wait(i + 1);
    writeFileSync(path, `text ${i}`);
    while (told !== `text ${i}`) await wait(1);
    watch.close();
  }
});

test('sees new directories, whatever is in them already, and directories that came back', async () => {
  const root = await directoryOf({ 'a.yaml': '' });
  const counter = await watching([root]);
  await counter.sees(async () => {
    await mkdir(join(root, 'x/y'), { recursive: true });
    await writeFile(join(root, 'x/y/b.yaml'), '');
  });
  await counter.sees(() => writeFile(join(root, 'x/y/b.yaml'), '2'));
  await counter.sees(() => rm(join(root, 'x'), { recursive: true }));
  await counter.ignores(() => mkdir(join(root, 'x/y'), { recursive: true }));
  await counter.sees(() => writeFile(join(root, 'x/y/c.yaml'), ''));
  await counter.sees(async () => {
    await rm(join(root, 'x'), { recursive: true });
    await mkdir(join(root, 'x/y'), { recursive: true });
  });
  await counter.sees(() => writeFile(join(root, 'x/y/d.yaml'), ''));
  counter.watch.close();
});

test('sees the swap of a Kubernetes ConfigMap, again and again, and edits behind the links', async () => {
  const root = await directoryOf({
    ...{ '..v1/p.yaml': '1', '..data': { link: '..v1' }, 'p.yaml': { link: '..data/p.yaml' } },
  });
  const directory = await watching([root]);
  const file = await watching([join(root, 'p.yaml')]);
  for (const version of ['..v2', '..v3']) {
    const swap = async (): Promise<void> => {
      await mkdir(join(root, version));
      await writeFile(join(root, version, 'p.yaml'), '1');
      await symlink(version, join(root, '..data_tmp'));
      await rename(join(root, '..data_tmp'), join(root, '..data'));
    };
    await Promise.all([directory.sees(swap), file.sees(async () => undefined)]);
  }
  await Promise.all([
    directory.sees(() => writeFile(join(root, '..v3/p.yaml'), '2')),
    file.sees(async () => undefined),
  ]);
  directory.watch.close();
  file.watch.close();
});

test('sees a single file replaced, removed and made anew, and nothing of its neighbours', async () => {
  const root = await directoryOf({ 'a.yaml': '1' });
  const path = join(root, 'a.yaml');
  const counter = await watching([path]);
  await counter.sees(() => replace(path, '2'));
  await counter.sees(() => unlink(path));
  await counter.sees(() => writeFile(path, '3'));
  await counter.sees(() => writeFile(path, '4'));
  await counter.ignores(() => writeFile(join(root, 'b.yaml'), ''));
  counter.watch.close();
});

test('does not tell of files that are no policies', async () => {
  const root = await directoryOf({ 'a.yaml': '1' });
  const counter = await watching([root]);
  await counter.ignores(async () => {
    await writeFile(join(root, 'README.md'), '');
    await writeFile(join(root, 'a.test.yaml'), '');
    await writeFile(join(root, '.a.yaml.swp'), '');
    await mkdir(join(root, 'empty'));
  });
  counter.watch.close();
});

test('sees a directory exchanged as a whole, and one that appears', async () => {
  const root = await directoryOf({ 'p/a.yaml': '1', 'next/a.yaml': '1' });
  const counter = await watching([join(root, 'p'), join(root, 'later')]);
  await counter.sees(async () => {
    await rename(join(root, 'p'), join(root, 'old'));
    await rename(join(root, 'next'), join(root, 'p'));
  });
  await counter.sees(() => writeFile(join(root, 'p/a.yaml'), '2'));
  await counter.ignores(() => writeFile(join(root, 'old/a.yaml'), '2'));
  await counter.sees(() => mkdir(join(root, 'later')));
  await counter.sees(() => writeFile(join(root, 'later/a.yaml'), ''));
  counter.watch.close();
});

test('tells when a path comes to be refused, goes on, and tells when it is mended', async () => {
  const root = await directoryOf({ 'a.yaml': '', 'sub/b.yaml': '' });
  const counter = await watching([root]);
  await counter.sees(() => symlink('nowhere', join(root, 'sub/c.yaml')));
  await counter.sees(() => unlink(join(root, 'sub/c.yaml')));
  await counter.sees(() => writeFile(join(root, 'sub/b.yaml'), '2'));
  counter.watch.close();
});

test('finds by polling what no event tells of', async () => {
  const root = await directoryOf({});
  const path = join(root, 'not/yet/there');
  const counter = await watching([path], { pollMs: 20 });
  await counter.sees(async () => {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'a.yaml'), '');
  });
  await counter.sees(() => writeFile(join(path, 'a.yaml'), '2'));
  counter.watch.close();
  expect(counter.errors).toEqual([]);
});

test('tells of a flood of events before it ends', async () => {
  const root = await directoryOf({ 'a.yaml': '' });
  const counter = await watching([root], { debounceMs: 60 });
  while (counter.calls < 2) await appendFile(join(root, 'a.yaml'), 'x');
  counter.watch.close();
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('goes on after a listener that %s, and reports it', async (_, onChange) => {
  const root = await directoryOf({ 'a.yaml': '' });
  for (const text of ['2', '3']) {
    await new Promise<void>((resolve) => {
      const onError = (error: unknown): void => {
        expect(error).toMatchObject({ message: 'broken' });
        watch.close();
        resolve();
      };
      const watch = watchPaths([root], onChange, { debounceMs: 1, pollMs: NEVER, onError });
      void watch.ready.then(() => writeFile(join(root, 'a.yaml'), text));
    });
  }
});

test('says nothing after it was closed, at any time', async () => {
  const root = await directoryOf({ 'a.yaml': '' });
  const early = new Counter([root]);
  early.watch.close();
  await early.watch.ready;
  const late = await watching([root]);
  await writeFile(join(root, 'a.yaml'), '2');
  late.watch.close();
  late.watch.close();
  await wait(100);
  expect([early.calls, late.calls]).toEqual([0, 0]);
});

test('keeps no process alive', async () => {
  const root = await directoryOf({ 'a/b.yaml': '' });
  const alive = (): string[] => process.getActiveResourcesInfo().filter((kind) => /Timeout|FSEvent/u.test(kind));
  const before = alive();
  const counter = await watching([root]);
  expect(alive()).toEqual(before);
  counter.watch.close();
});

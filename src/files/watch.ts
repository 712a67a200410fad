import { type FSWatcher, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { systemCode } from './file-refused.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import type { FileNames } from './walk.ts';

export interface WatchOptions {
  /** Which files of a directory are watched. Default: those that are policies. */
  readonly isWanted?: FileNames;
  /** Milliseconds without a further event before a change is looked at; at most ten times that. Default 100. */
  readonly debounceMs?: number;
  /** Milliseconds between looks that no event asked for. Default 5000. */
  readonly pollMs?: number;
  /** Told when a directory cannot be watched (once, until it can be again) and when `onChange` fails. */
  readonly onError?: (error: unknown) => void;
}

export interface Watch {
  /** Settles when the state to compare with has been taken: whatever changes after that is noticed. Never rejects. */
  readonly ready: Promise<void>;
  /** Stops; nothing is called afterwards. */
  close(): void;
}

/**
 * Calls `onChange` after the policy files at `paths` changed: content, names, links (an editor's rename-replace, the
 * `..data` swap of a Kubernetes ConfigMap), new and removed directories, a path that appears or vanishes. Await `ready`
 * before the files are read for the first time, so that no change falls between.
 *
 * Events of the system only wake it. What counts is the state of the files, which is compared after an event, and every
 * `pollMs` for what events miss: network file systems, a system out of watchers. May call once too often, never once
 * too seldom, except that an edit which keeps size and times and raises no event goes unseen. Never keeps a process alive.
 */
export function watchPaths(paths: readonly string[], onChange: () => unknown, options: WatchOptions = {}): Watch {
  const watcher = new Watcher(paths, onChange, options);
  return { ready: watcher.look(), close: () => watcher.close() };
}

class Watcher {
  readonly #paths: readonly string[];
  readonly #onChange: () => unknown;
  readonly #onError: (error: unknown) => void;
  readonly #isWanted: FileNames | undefined;
  readonly #debounceMs: number;
  readonly #poll: NodeJS.Timeout;
  readonly #watched = new Map<string, FSWatcher>();
  readonly #failed = new Set<string>();
  #files: ReadonlySet<string> = new Set();
  #state: string | undefined;
  #touched = false;
  #looking = false;
  #lookAgain = false;
  #wait: NodeJS.Timeout | undefined;
  #wokenAt = 0;
  #closed = false;

  constructor(paths: readonly string[], onChange: () => unknown, options: WatchOptions) {
    this.#paths = paths;
    this.#onChange = onChange;
    this.#onError = options.onError ?? (() => undefined);
    this.#isWanted = options.isWanted;
    this.#debounceMs = options.debounceMs ?? 100;
    this.#poll = setInterval(() => void this.look(), options.pollMs ?? 5000).unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#wait);
    for (const directory of [...this.#watched.keys()]) this.#forget(directory);
  }

  /** Compares the files with what they were at the last look, one look at a time. */
  async look(): Promise<void> {
    this.#lookAgain = this.#looking;
    if (this.#looking || this.#closed) return;
    this.#looking = true;
    const touched = this.#touched;
    this.#touched = false;
    let snapshot = await takeSnapshot(this.#paths, this.#isWanted);
    // What came into a directory before it was watched raised no event: look once more after each new watch.
    while (this.#watchAll(snapshot)) snapshot = await takeSnapshot(this.#paths, this.#isWanted);
    this.#looking = false;
    if (this.#closed) return;
    const changed = this.#state !== undefined && (touched || this.#state !== snapshot.state);
    this.#files = snapshot.files;
    this.#state = snapshot.state;
    if (changed) this.#tell();
    if (this.#lookAgain) this.#wake();
  }

  /** Whether a directory was added. */
  #watchAll({ directories, complete }: Snapshot): boolean {
    if (this.#closed) return false;
    for (const known of complete ? [...this.#watched.keys()] : []) if (!directories.has(known)) this.#forget(known);
    let added = false;
    for (const directory of directories) if (!this.#watched.has(directory) && this.#watch(directory)) added = true;
    return added;
  }

  #watch(directory: string): boolean {
    try {
      const watcher = watch(directory, { persistent: false });
      watcher.on('change', (event, name) => this.#heard(directory, event, name?.toString()));
      watcher.on('error', (error) => this.#lost(directory, error));
      this.#watched.set(directory, watcher);
      this.#failed.delete(directory);
      return true;
    } catch (error) {
      this.#lost(directory, error);
      return false;
    }
  }

  #heard(directory: string, event: string, name: string | undefined): void {
    // A directory that is removed or moved says so under its own name, and is watched no more even if it comes back.
    if (event === 'rename' && name === basename(directory)) this.#forget(directory);
    // Two edits within one tick of the file system's clock leave the same times; that there was an event still tells.
    if (name !== undefined && this.#files.has(join(directory, name))) this.#touched = true;
    this.#wake();
  }

  #lost(directory: string, error: unknown): void {
    this.#forget(directory);
    // One that is not there is no trouble of the watch: whoever reads the path will say so, and polling finds it.
    if (this.#closed || this.#failed.has(directory) || systemCode(error) === 'ENOENT') return;
    this.#failed.add(directory);
    queueMicrotask(() => this.#onError(error));
  }

  #forget(directory: string): void {
    this.#watched.get(directory)?.close();
    this.#watched.delete(directory);
  }

  #wake(): void {
    if (this.#closed) return;
    const now = performance.now();
    if (this.#wait === undefined) this.#wokenAt = now;
    clearTimeout(this.#wait);
    const longest = this.#wokenAt + 10 * this.#debounceMs - now;
    this.#wait = setTimeout(
      () => {
        this.#wait = undefined;
        void this.look();
      },
      Math.max(0, Math.min(this.#debounceMs, longest)),
    ).unref();
  }

  #tell(): void {
    Promise.resolve().then(this.#onChange).catch(this.#onError);
  }
}

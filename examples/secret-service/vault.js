// @ts-check
/** Secrets by path, in files that only the master key opens. One server a directory. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keysFrom, placeOf, seal, unseal } from './envelope.js';

/** One spelling a path: up to 16 segments of at most 128 plain characters, none of them `.` or `..`. */
const PATH = /^secret(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]{1,128}){1,15}$/;

/** Whether a text can be the path of a secret. @param {string} text */
export function isPath(text) {
  return PATH.test(text);
}

export class Vault {
  #directory;
  #keys;
  /** @type {Set<string>} */
  #paths = new Set();
  /** Changes come one after another, so that the paths are those on disk. */
  #lastChange = Promise.resolve();

  /** @param {string} directory @param {Buffer} masterKey */
  constructor(directory, masterKey) {
    this.#directory = directory;
    this.#keys = keysFrom(masterKey);
  }

  /**
   * Opens every secret once, to learn the paths. Throws where one does not open: better than to serve half of them.
   *
   * @param {string} directory made where it is missing
   * @param {Buffer} masterKey 32 bytes
   */
  static async open(directory, masterKey) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const vault = new Vault(directory, masterKey);
    for (const file of await readdir(directory)) {
      if (file.endsWith('.json')) vault.#paths.add((await vault.#read(file.slice(0, -'.json'.length))).path);
      if (file.endsWith('.tmp')) await rm(join(directory, file));
    }
    return vault;
  }

  /** @param {string} path @returns {Promise<string | undefined>} */
  async read(path) {
    if (!this.#paths.has(path)) return undefined;
    return (await this.#read(placeOf(this.#keys, path))).value;
  }

  /** The paths below a folder, in order. @param {string} folder */
  list(folder) {
    return [...this.#paths].filter((path) => path.startsWith(`${folder}/`)).sort();
  }

  /** Resolves once the secret is on disk, whole. @param {string} path @param {string} value */
  write(path, value) {
    const place = placeOf(this.#keys, path);
    const text = JSON.stringify(seal(this.#keys, place, JSON.stringify({ path, value })));
    return this.#change(async () => {
      const temporary = join(this.#directory, `${place}.tmp`);
      await writeThrough(temporary, text);
      await rename(temporary, this.#file(place));
      this.#paths.add(path);
      await this.#sync();
    });
  }

  /** Resolves to whether there was such a secret. @param {string} path */
  delete(path) {
    return this.#change(async () => {
      if (!this.#paths.has(path)) return false;
      await rm(this.#file(placeOf(this.#keys, path)), { force: true });
      this.#paths.delete(path);
      await this.#sync();
      return true;
    });
  }

  /** @template T @param {() => Promise<T>} change @returns {Promise<T>} */
  #change(change) {
    const turn = this.#lastChange.then(change);
    this.#lastChange = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** @param {string} place @returns {Promise<{ path: string, value: string }>} */
  async #read(place) {
    const file = this.#file(place);
    const text = await readFile(file, 'utf8');
    try {
      return JSON.parse(unseal(this.#keys, place, JSON.parse(text)));
    } catch {
      // What failed could quote what it read.
      throw new Error(`${file} does not open: it is under another master key, or was moved or altered`);
    }
  }

  /** @param {string} place */
  #file(place) {
    return join(this.#directory, `${place}.json`);
  }

  /** Makes names last over a power cut. */
  async #sync() {
    const handle = await open(this.#directory, 'r');
    await handle.sync().finally(() => handle.close());
  }
}

/** @param {string} path @param {string} text */
async function writeThrough(path, text) {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import type { JWK } from 'jose';
import type { Logger } from '../../engine/options.ts';
import { FileRefused } from '../../files/file-refused.ts';
import { type IssuingAlgorithm, type IssuingKey, makeKey, signAccessToken } from './issuing-key.ts';
import { readKeys, writeKeys } from './key-file.ts';
import { type KeySchedule, nextKeyFrom, publishedKeys, signingKeyAt } from './key-schedule.ts';

export interface KeyringOptions {
  /** Where the keys are kept. Several processes may share the file. */
  readonly path: string;
  /** What keys are made for from now on. */
  readonly algorithm: IssuingAlgorithm;
  readonly schedule: KeySchedule;
  /** Seconds since the epoch. */
  readonly clock: () => number;
  readonly logger?: Logger | undefined;
}

/** Seconds after which the file is read again: what another process made is known long before it signs. */
const CHECK_EVERY = 60;

/** The keys that tokens are signed with, kept in a file and replaced in time. */
export class Keyring {
  readonly #options: KeyringOptions;
  #keys: readonly IssuingKey[];
  #checked: number;
  #checking: Promise<void> | undefined;

  private constructor(options: KeyringOptions, keys: readonly IssuingKey[], now: number) {
    this.#options = options;
    this.#keys = keys;
    this.#checked = now;
  }

  /** Opens the file, and makes it with a first key where there is none. Of several processes one makes it. */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const now = options.clock();
    const kept = await readKeys(options.path);
    const keyring = new Keyring(options, kept.length > 0 ? kept : await firstKeys(options, now), now);
    await keyring.#renew(now);
    return keyring;
  }

  async sign(claims: object): Promise<string> {
    const key = signingKeyAt(await this.#current(), this.#options.clock());
    if (key === undefined) throw new RangeError('a keyring without a key');
    return signAccessToken(claims, key);
  }

  /** The public halves of the keys that sign, will sign, or have signed tokens that may still be valid. */
  async published(): Promise<readonly JWK[]> {
    const { schedule, clock } = this.#options;
    return publishedKeys(await this.#current(), schedule, clock()).map(({ publicJwk }) => publicJwk);
  }

  /** Where the file cannot be read or written, the keys at hand stay in use. */
  async #current(): Promise<readonly IssuingKey[]> {
    const now = this.#options.clock();
    if (Math.abs(now - this.#checked) >= CHECK_EVERY) {
      this.#checking ??= this.#check(now).finally(() => (this.#checking = undefined));
      await this.#checking;
    }
    return this.#keys;
  }

  async #check(now: number): Promise<void> {
    this.#checked = now;
    try {
      const kept = await readKeys(this.#options.path);
      if (kept.length === 0) throw new FileRefused('missing', this.#options.path);
      this.#keys = kept;
      await this.#renew(now);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#options.logger?.error({ error: problem }, 'signing keys not renewed; those at hand stay in use');
    }
  }

  /** Makes the next key in time and forgets those that nobody needs. Of several that do so at once, the last decides. */
  async #renew(now: number): Promise<void> {
    const { path, algorithm, schedule, logger } = this.#options;
    const needed = publishedKeys(this.#keys, schedule, now);
    const from = nextKeyFrom(needed, schedule, now);
    if (from === undefined && needed.length === this.#keys.length) return;
    const added = from === undefined ? [] : [await makeKey(algorithm, from)];
    await writeKeys(path, [...needed, ...added]);
    this.#keys = await readKeys(path);
    logger?.info({ keys: this.#keys.map(({ kid }) => kid) }, 'signing keys renewed');
  }
}

async function firstKeys({ path, algorithm }: KeyringOptions, now: number): Promise<readonly IssuingKey[]> {
  try {
    await writeKeys(path, [await makeKey(algorithm, now)], false);
  } catch (error) {
    // Another process was first, and its keys are complete: the file appears with all its content.
    if (!(error instanceof FileRefused && error.code === 'exists')) throw error;
  }
  return readKeys(path);
}

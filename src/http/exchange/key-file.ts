import type { JWK } from 'jose';
import { FileRefused } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import { writeFileAtomic } from '../../files/write.ts';
import { importKey, type IssuingKey } from './issuing-key.ts';

const MOST_BYTES = 65_536;

/**
 * Reads the keys that were kept, in the order in which they sign; none where there is no file.
 *
 * @throws {FileRefused} where the file cannot be read, or others could read it
 * @throws {TypeError} where it does not hold keys; the message never holds a part of one
 */
export async function readKeys(path: string): Promise<readonly IssuingKey[]> {
  let text: string;
  try {
    text = await readTextFile(path, { maxBytes: MOST_BYTES, private: true });
  } catch (error) {
    if (error instanceof FileRefused && error.code === 'missing') return [];
    throw error;
  }
  try {
    const kept = (JSON.parse(text) as KeptKeys).keys;
    const keys = await Promise.all(kept.map(({ signsFrom, jwk }) => importKey(jwk, seconds(signsFrom))));
    if (keys.length > 0) return keys.sort((a, b) => a.signsFrom - b.signsFrom);
  } catch {
    // The error may quote the file, which holds private keys: it goes no further.
  }
  throw new TypeError(
    `the key file ${JSON.stringify(path)} does not hold signing keys; remove it, and new ones are made`,
  );
}

/** Keeps keys, readable by this user alone. With `overwrite: false` the path must be free. */
export async function writeKeys(path: string, keys: readonly IssuingKey[], overwrite = true): Promise<void> {
  const kept: KeptKeys = { keys: keys.map(({ signsFrom, privateJwk }) => ({ signsFrom, jwk: privateJwk })) };
  await writeFileAtomic(path, `${JSON.stringify(kept)}\n`, { mode: 0o600, overwrite });
}

interface KeptKeys {
  readonly keys: readonly { readonly signsFrom: number; readonly jwk: JWK }[];
}

function seconds(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError('not a time');
  return value;
}

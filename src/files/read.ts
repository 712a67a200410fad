import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { FileRefused, refusalOf } from './file-refused.ts';
import { isWithin } from './walk.ts';

export interface ReadOptions {
  /** The most bytes that are read; a longer file is refused. */
  readonly maxBytes: number;
  /** A real path that the file's real path must lie below, checked at the time of reading. */
  readonly root?: string | undefined;
  /** Whether only this user may be able to read or write it. On systems without user ids, nothing is looked at. */
  readonly private?: boolean;
}

// `O_NOFOLLOW`: the resolved name was not exchanged for a link; `O_NONBLOCK`: opening a FIFO does not wait for a writer.
// Where the system lacks a flag it is `undefined`, which counts as no bit.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const CHUNK = 64 * 1024;

/**
 * The text of a regular file, links resolved, decoded as UTF-8; a byte order mark stays in the text, for the parser to
 * refuse. Reads at most `maxBytes` + 1 bytes, whatever the size was said to be, and always closes.
 *
 * @throws {FileRefused} `missing`, `not-readable`, `not-a-file` (never opened in a way that waits), `outside-root`,
 *   `too-large`, `not-utf8`, `changed`, `not-private`
 */
export async function readTextFile(path: string, options: ReadOptions): Promise<string> {
  try {
    const bytes = await readBytes(path, options);
    return decode(path, bytes);
  } catch (error) {
    throw refusalOf(error, path, 'not-readable');
  }
}

/** As `readTextFile`, the bytes as they are. */
export async function readBinaryFile(path: string, options: ReadOptions): Promise<Uint8Array> {
  try {
    return await readBytes(path, options);
  } catch (error) {
    throw refusalOf(error, path, 'not-readable');
  }
}

async function readBytes(path: string, { maxBytes, root, private: isPrivate }: ReadOptions): Promise<Buffer> {
  const real = await realpath(path);
  if (root !== undefined && !isWithin(root, real)) throw new FileRefused('outside-root', path);
  // Asked before opening too: merely to open a device can have effects.
  if (!(await lstat(real)).isFile()) throw new FileRefused('not-a-file', path);
  const handle = await open(real, FLAGS);
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) throw new FileRefused('not-a-file', path);
    if (isPrivate === true) refuseUnlessPrivate(path, before);
    const tooLarge = new FileRefused('too-large', path, { detail: `more than ${maxBytes} bytes` });
    if (before.size > BigInt(maxBytes)) throw tooLarge;
    const bytes = await readAtMost(handle, maxBytes + 1);
    if (bytes.length > maxBytes) throw tooLarge;
    const after = await handle.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw new FileRefused('changed', path);
    return bytes;
  } finally {
    await handle.close();
  }
}

function refuseUnlessPrivate(path: string, { uid, mode }: BigIntStats): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (uid !== BigInt(own)) throw new FileRefused('not-private', path, { detail: 'it belongs to another user' });
  if ((mode & 0o077n) !== 0n) {
    throw new FileRefused('not-private', path, { detail: `mode 0${(mode & 0o777n).toString(8)}, not 0600` });
  }
}

async function readAtMost(handle: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, limit - length));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks, length);
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    // `ignoreBOM` means that the mark is not taken off.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FileRefused('not-utf8', path, { cause });
  }
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileRefused, refusalOf } from '../files/file-refused.ts';
import { readTextFile } from '../files/read.ts';

/** What a path that somebody typed leads to. */
export type InputKind = 'nothing' | 'directory' | 'file' | 'pipe';

export async function kindOf(path: string): Promise<InputKind> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'directory';
    return found.isFIFO() || found.isCharacterDevice() || found.isSocket() ? 'pipe' : 'file';
  } catch {
    return 'nothing';
  }
}

/**
 * The text of a file that was named on the command line, or of a pipe: `--token <(command)` names one.
 *
 * @throws {FileRefused} where it cannot be read or is longer than `maxBytes`
 */
export async function readInput(path: string, maxBytes: number): Promise<string> {
  if ((await kindOf(path)) !== 'pipe') return readTextFile(path, { maxBytes });
  try {
    return await readStream(createReadStream(path), path, maxBytes);
  } catch (error) {
    throw refusalOf(error, path, 'not-readable');
  }
}

/** The text of a stream. Throws `FileRefused`, `too-large`, under the name given, past `maxBytes`. */
export async function readStream(stream: Readable, name: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes) throw new FileRefused('too-large', name, { detail: `more than ${maxBytes} bytes` });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

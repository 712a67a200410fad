// @ts-check
import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';

const KEY_BYTES = 32;

/**
 * The master key: 32 bytes in base64, in a file that nobody else can read.
 *
 * @param {string | undefined} path
 */
export async function readMasterKey(path) {
  if (!path) throw new Error('SECRETS_KEY_FILE must name the file of the master key');
  const handle = await open(path, 'r').catch(() => {
    throw new Error(`${path} cannot be read: SECRETS_KEY_FILE must name the file of the master key`);
  });
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) throw new Error(`${path} is open to others: chmod 600 ${path}`);
    const text = (await handle.readFile('utf8')).trim();
    const key = Buffer.from(text, 'base64');
    if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
      throw new Error(`${path} does not hold a master key: head -c 32 /dev/urandom | base64 makes one`);
    }
    return key;
  } finally {
    await handle.close();
  }
}

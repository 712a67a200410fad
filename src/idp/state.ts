import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { JWK } from 'jose';
import { quote } from '../decision/reason.ts';
import { writeFileAtomic } from '../files/write.ts';
import { generateSigningKey, importSigningKey, type SigningKey } from './signing-key.ts';

/** What `idp serve` and `idp token` share: the signing key, and the issuer url that was served last. */
export interface IssuerState {
  readonly directory: string;
  /** RS256, RSA 2048, key id `k0`, as in a Gitpod token. */
  readonly key: SigningKey;
  /** `undefined` until `rememberIssuer` was called once, by this process or another. */
  readonly issuer: string | undefined;
  /** Keeps the url for later processes. */
  rememberIssuer(url: string): Promise<void>;
}

/** The state cannot be trusted or used: `path` names what is wrong; the message ends with the remedy (`help: …`). */
export class StateRefused extends Error {
  override readonly name = 'StateRefused';
  readonly path: string;

  constructor(path: string, problem: string, help: string, cause?: unknown) {
    super(`${quote(path)} ${problem}; help: ${help}`, cause === undefined ? undefined : { cause });
    this.path = path;
  }
}

/** `$XDG_STATE_HOME/countersign/idp`, else `~/.local/state/countersign/idp`; a relative `XDG_STATE_HOME` does not count. */
export function defaultStateDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const home = env['XDG_STATE_HOME'];
  return join(home !== undefined && isAbsolute(home) ? home : join(homedir(), '.local', 'state'), 'countersign', 'idp');
}

/**
 * Opens the private state directory, and makes it (mode 0700) and the key (mode 0600) where there is none. Of several
 * processes that start at once one makes the key and all use it. On systems without user ids, modes are not looked at.
 *
 * @throws {StateRefused} where the directory is open to group or others, of another user, or no directory; where a file
 *   in it is a link, not of mode 0600, of another user, or does not hold what it should
 * @throws {FileRefused} where the state cannot be written
 */
export async function openIssuerState(directory: string = defaultStateDirectory()): Promise<IssuerState> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StateRefused(directory, 'cannot be made', CHOOSE, cause);
  }
  await refuseUnlessPrivate(directory);
  const keyFile = join(directory, 'signing-key.json');
  const issuerFile = join(directory, 'issuer-url');
  return {
    directory,
    key: (await readKey(keyFile)) ?? (await makeKey(keyFile)),
    issuer: (await readPrivate(issuerFile))?.trim(),
    rememberIssuer: (url) => writeFileAtomic(issuerFile, `${url}\n`, { mode: 0o600 }),
  };
}

const CHOOSE = 'set XDG_STATE_HOME to a directory of your own';
const uid = process.getuid?.();

async function refuseUnlessPrivate(directory: string): Promise<void> {
  const found = await lstat(directory);
  if (!found.isDirectory()) throw new StateRefused(directory, 'is a link, not a directory', CHOOSE);
  if (uid === undefined) return;
  if (found.uid !== uid) throw new StateRefused(directory, 'belongs to another user', CHOOSE);
  if ((found.mode & 0o077) !== 0) {
    throw new StateRefused(directory, `is open to other users (${modeOf(found)})`, `chmod 700 '${directory}'`);
  }
}

async function makeKey(path: string): Promise<SigningKey> {
  const { key, privateJwk } = await generateSigningKey('k0', 'RS256');
  try {
    await writeFileAtomic(path, `${JSON.stringify(privateJwk)}\n`, { mode: 0o600, overwrite: false });
    return key;
  } catch (error) {
    // Another process was first, and its key is complete: the file appears with all its content.
    const theirs = await readKey(path);
    if (theirs === undefined) throw error;
    return theirs;
  }
}

async function readKey(path: string): Promise<SigningKey | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  try {
    const key = await importSigningKey(JSON.parse(text) as JWK);
    if (key.kid === 'k0') return key;
  } catch {
    // The error may quote the file, which holds a private key: it goes no further.
  }
  throw new StateRefused(path, 'does not hold a signing key', 'remove the file, and a new key is made');
}

/** The text of a file that only this user can read or write, `undefined` where there is none. */
async function readPrivate(path: string): Promise<string | undefined> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new StateRefused(path, 'is a link', 'remove it, and a new file is made', cause);
    throw new StateRefused(path, `cannot be read (${code})`, 'remove it, and a new file is made', cause);
  }
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > 65_536) {
      throw new StateRefused(path, 'is not the file that was kept here', 'remove it, and a new file is made');
    }
    if (uid !== undefined && found.uid !== uid) throw new StateRefused(path, 'belongs to another user', CHOOSE);
    if (uid !== undefined && (found.mode & 0o777) !== 0o600) {
      throw new StateRefused(
        path,
        `is not private (${modeOf(found)})`,
        `chmod 600 '${path}', or remove it if others could read it`,
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function modeOf({ mode }: { readonly mode: number }): string {
  return `mode 0${(mode & 0o777).toString(8)}`;
}

import { quote } from '../decision/reason.ts';
import type { Policy } from '../policy/policy.ts';
import { fetchableUrl } from '../token/keys/fetchable-url.ts';
import type { KeySource } from '../token/keys/key-source.ts';
import { remoteKeys } from '../token/keys/remote-keys.ts';
import { staticKeys } from '../token/keys/static-keys.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readInput } from './read-input.ts';

const MOST_BYTES = 512 * 1024;

/**
 * The keys that `--jwks` names, a file or a url, for every issuer of a policy in place of what the policy says. A url
 * is fetched when a token asks for it.
 *
 * @throws {CliError} of a file without a usable key, of a url that may not be fetched
 * @throws {FileRefused} of a file that cannot be read
 */
export async function keysFrom(jwks: string, { issuers }: Policy): Promise<Readonly<Record<string, KeySource>>> {
  if (!/^https?:/i.test(jwks)) {
    const keys = await keysOfFile(jwks);
    return Object.fromEntries(issuers.map(({ url }) => [url, keys]));
  }
  if (fetchableUrl(jwks) === undefined) {
    throw new CliError(
      exitCode.usage,
      `keys cannot be fetched from ${quote(jwks)}`,
      'use https, or http on loopback, without credentials and fragment',
    );
  }
  return Object.fromEntries(issuers.map(({ url }) => [url, remoteKeys({ issuer: url, jwksUri: jwks })]));
}

async function keysOfFile(path: string): Promise<KeySource> {
  const text = await readInput(path, MOST_BYTES);
  try {
    return staticKeys(JSON.parse(text));
  } catch (error) {
    const why =
      error instanceof SyntaxError
        ? 'it is not JSON'
        : (error as Error).message.replace(/^the JWKS cannot be used: /, '');
    throw new CliError(
      exitCode.usage,
      `the keys in ${quote(path)} cannot be used: ${why}`,
      'expected a JWK set: { "keys": [ … ] }',
    );
  }
}

import { quote } from '../policy/quote.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readInput } from './read-input.ts';

const MOST_BYTES = 64 * 1024;

/**
 * The public keys that may have signed a bundle, from a file that holds a JWK or a JWK set.
 *
 * @throws {CliError} of a file that holds something else, or a private key
 * @throws {FileRefused} of a file that cannot be read
 */
export async function bundleKeysFrom(path: string): Promise<readonly object[]> {
  const keys = keysIn(parsed(await readInput(path, MOST_BYTES)));
  if (keys === undefined) {
    throw new CliError(
      exitCode.usage,
      `${quote(path)} does not hold the keys of bundles`,
      'expected a public JWK, or a JWK set: { "keys": [ … ] }',
    );
  }
  if (keys.some((key) => 'd' in key)) {
    throw new CliError(
      exitCode.usage,
      `${quote(path)} holds a private key`,
      'give the public one: the same JWK without `d`; whoever reads bundles must not be able to sign them',
    );
  }
  return keys;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keysIn(value: unknown): readonly object[] | undefined {
  if (!isObject(value)) return undefined;
  if (!('keys' in value)) return 'kty' in value ? [value] : undefined;
  const { keys } = value;
  return Array.isArray(keys) && keys.length > 0 && keys.every(isObject) ? keys : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

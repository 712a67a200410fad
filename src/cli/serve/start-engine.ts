import { CountersignError } from '../../decision/reason.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import type { OnEngineEvent } from '../../engine/events.ts';
import type { Logger } from '../../engine/options.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { readPolicy } from '../policy-input.ts';
import { readInput } from '../read-input.ts';
import type { Settings } from './settings.ts';

const MOST_KEY_BYTES = 64 * 1024;

/** Where an engine says what happens. */
interface Told {
  readonly logger: Logger;
  readonly onEvent: OnEngineEvent;
}

/**
 * The engine that answers; `undefined` where the policy does not load and what is wrong with it was shown.
 *
 * @throws {CliError} of an audience that is open, of keys that cannot be used
 * @throws {CountersignError | FileRefused} of policies that cannot be read, of a bundle that does not load
 */
export async function startEngine(
  settings: Settings,
  terminal: Terminal,
  { logger, onEvent }: Told,
): Promise<Engine | undefined> {
  const { policies, bundleKeys, audience, watch } = settings;
  const keys = bundleKeys === undefined ? undefined : await readKeys(bundleKeys);
  try {
    return await createEngine({
      policies,
      watch,
      logger,
      onEvent,
      ...(keys === undefined ? {} : { bundleKeys: keys }),
      ...(audience === undefined ? {} : { audience }),
    });
  } catch (error) {
    if (error instanceof TypeError && audience === undefined) {
      const message = error.message.replaceAll('`audience`', '`--audience`');
      throw new CliError(exitCode.usage, message, 'name the service behind with `--audience`');
    }
    const isInvalid = error instanceof CountersignError && error.code === 'ERR_POLICY_INVALID';
    // Read once more, for the texts that show where each problem is; if it loads by now, the first answer stands.
    if (!isInvalid || keys !== undefined || (await readPolicy(policies, terminal)) !== undefined) throw error;
    return undefined;
  }
}

async function readKeys(file: string): Promise<readonly object[]> {
  const text = await readInput(file, MOST_KEY_BYTES);
  const refuse = (why: string): never => {
    const help = 'expected a JWK set with public keys: { "keys": [ … ] }';
    throw new CliError(exitCode.usage, `the keys in \`${file}\` cannot be used: ${why}`, help);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const { keys } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === 'object' && key !== null)) {
    return refuse('it is not a JWK set');
  }
  return keys as readonly object[];
}

import { join, relative } from 'node:path';
import type { CliCommand } from '../cli-command.ts';
import type { Config } from './config.ts';
import { foldersUpwards, isThere } from './folders-upwards.ts';

const NAME = 'countersign.config.yaml';

export interface ConfigFlags {
  readonly config?: string | false;
}

export function addConfigFlags(command: CliCommand): CliCommand {
  return command
    .single('--config <file>', `read the configuration from a file (default: the nearest ${NAME}, here or above)`)
    .option('--no-config', 'read no configuration');
}

/**
 * The configuration that holds: of the file that was named, or the nearest from the working directory up to the root of
 * its repository. Empty where there is none.
 *
 * @throws {InvalidDocument | FileRefused} of a file that does not say what it should, or cannot be read
 */
export async function loadConfig({ config }: ConfigFlags): Promise<Config> {
  if (config === false) return {};
  const file = config ?? (await nearestConfig(process.cwd()));
  if (file === undefined) return {};
  const { readConfig } = await import('./read-config.ts');
  return readConfig(file);
}

/** The paths that were given, or else those of the configuration; none where neither has any. */
export async function pathsOrConfigured(given: readonly string[], flags: ConfigFlags): Promise<readonly string[]> {
  return given.length > 0 ? given : ((await loadConfig(flags)).policies ?? []);
}

async function nearestConfig(from: string): Promise<string | undefined> {
  for (const folder of (await foldersUpwards(from)).folders) {
    const file = join(folder, NAME);
    if (await isThere(file)) return relative(from, file);
  }
  return undefined;
}

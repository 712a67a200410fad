import { join, relative } from 'node:path';
import type { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
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
 * its repository.
 *
 * @throws {InvalidDocument | FileRefused} of a file that does not say what it should, or cannot be read
 */
export async function loadConfig({ config }: ConfigFlags): Promise<Config | undefined> {
  if (config === false) return undefined;
  const file = config ?? (await nearestConfig(process.cwd()));
  if (file === undefined) return undefined;
  const { readConfig } = await import('./read-config.ts');
  return readConfig(file);
}

/**
 * The paths that were given, or else those of the configuration; none where neither has any. A configuration that was
 * named is read in any case, so that a mistake in it shows.
 *
 * @throws {CliError} of a configured path that is missing
 * @throws {InvalidDocument | FileRefused} of a configuration that does not say what it should, or cannot be read
 */
export async function pathsOrConfigured(given: readonly string[], flags: ConfigFlags): Promise<readonly string[]> {
  if (given.length > 0 && typeof flags.config !== 'string') return given;
  return pathsOr(given, await loadConfig(flags));
}

/** As `pathsOrConfigured`, of a configuration that was read. */
export async function pathsOr(given: readonly string[], config: Config | undefined): Promise<readonly string[]> {
  if (given.length > 0 || config === undefined) return given;
  const { policies = [], file } = config;
  for (const path of policies) {
    if (await isThere(path)) continue;
    const message = `\`${path}\`, one of the \`policies\` of \`${file}\`, does not exist`;
    throw new CliError(
      exitCode.usage,
      message,
      `mend \`policies\` in \`${file}\`; paths in it count from its directory`,
    );
  }
  return policies;
}

async function nearestConfig(from: string): Promise<string | undefined> {
  for (const folder of (await foldersUpwards(from)).folders) {
    const file = join(folder, NAME);
    if (await isThere(file)) return relative(from, file);
  }
  return undefined;
}

import { type IssuerState, openIssuerState, StateRefused } from '../idp/state.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/**
 * Opens the state directory that `--state` names, or the default one.
 *
 * @throws {CliError} where it cannot be trusted or used
 */
export async function openState(directory: string | undefined): Promise<IssuerState> {
  try {
    return await openIssuerState(directory);
  } catch (error) {
    if (!(error instanceof StateRefused)) throw error;
    const [message = '', help] = error.message.split('; help: ');
    throw new CliError(exitCode.usage, message, help);
  }
}

import type { ExitCode } from './exit-code.ts';

/** Ends a command with an exit code, a sentence and, where there is one, a remedy. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly help: string | undefined;

  constructor(exitCode: ExitCode, message: string, help?: string) {
    super(message);
    this.exitCode = exitCode;
    this.help = help;
  }
}

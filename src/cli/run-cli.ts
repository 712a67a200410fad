import { CommanderError } from 'commander';
import { exitCode } from './exit-code.ts';
import { createTerminal } from './output/terminal.ts';
import { createProgram } from './program.ts';

/** Runs one command line and sets the exit code. Never rejects; output that is still on its way is waited for. */
export async function runCli(given: readonly string[]): Promise<void> {
  const args = withColorSpeltOut(given);
  const terminal = createTerminal(args);
  const fail = async (error: unknown): Promise<void> => {
    const { reportError } = await import('./report-error.ts');
    process.exitCode = reportError(error, terminal);
  };
  process.once('uncaughtException', (error) => {
    void fail(error).then(() => process.exit());
  });
  try {
    const program = await createProgram(args, terminal);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help and version end this way too.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    else await fail(error);
  }
}

/** `--color` alone is `--color=always`, and never takes the next argument for its value. */
function withColorSpeltOut(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => (arg === '--color' && (end === -1 || index < end) ? '--color=always' : arg));
}

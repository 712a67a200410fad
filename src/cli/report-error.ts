import { CountersignError } from '../decision/reason.ts';
import { FileRefused } from '../files/file-refused.ts';
import { formatDiagnostics } from '../policy/frame.ts';
import { visible } from '../policy/quote.ts';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { InvalidDocument } from './invalid-document.ts';
import type { Terminal } from './output/terminal.ts';
import { redactTokens } from './redact-tokens.ts';

/** Says on stderr what went wrong, without a stack and without a token, and which exit code that is. */
export function reportError(error: unknown, { err }: Terminal): ExitCode {
  if (error instanceof InvalidDocument) {
    err.write(`${redactTokens(formatDiagnostics(error.diagnostics, [error.source], { color: err.color }))}\n`);
    if (error.help !== undefined) err.write(`${err.paint('note', 'help:')} ${visible(error.help)}\n`);
    return exitCode.usage;
  }
  const code = codeOf(error);
  const { message, help } = code === exitCode.internal ? fault(error) : sentenceOf(error as Error);
  const say = (text: string): string => visible(redactTokens(text));
  err.write(`${err.paint('bad', 'error:')} ${say(message)}\n`);
  if (help !== undefined) err.write(`${err.paint('note', 'help:')} ${say(help)}\n`);
  if (code === exitCode.internal && process.env['COUNTERSIGN_DEBUG'] === '1') {
    err.write(`${redactTokens(error instanceof Error ? String(error.stack) : String(error))}\n`);
  }
  return code;
}

function codeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof FileRefused) return exitCode.usage;
  if (!(error instanceof CountersignError)) return exitCode.internal;
  switch (error.code) {
    case 'ERR_KEYS_UNAVAILABLE':
      return exitCode.noDecision;
    case 'ERR_POLICY_INVALID':
    case 'ERR_POLICY_UNREADABLE':
    case 'ERR_PACKAGE_MISSING':
      return exitCode.usage;
    case 'ERR_ENGINE_CLOSED':
      return exitCode.internal;
  }
}

/** Sentences of other rooms carry their remedy behind `; help: `. */
function sentenceOf(error: Error): { message: string; help: string | undefined } {
  if (error instanceof CliError) return { message: error.message, help: error.help };
  const [message = '', help] = error.message.split('; help: ');
  return { message, help };
}

function fault(error: unknown): { message: string; help: string } {
  const what =
    error instanceof CliError
      ? error.message
      : error instanceof Error
        ? `${error.name}: ${error.message}`
        : String(error);
  return {
    message: `this is a fault of countersign (${what})`,
    help: 'please report it, with the command and what COUNTERSIGN_DEBUG=1 adds',
  };
}

import type { Reason } from '../../decision/reason.ts';
import { reason } from '../../decision/reason.ts';
import { parseDecodedToken, type UnverifiedParts } from '../../idp/decoded-token.ts';
import { decodeUnverified } from '../../token/unverified.ts';
import { choiceOf } from '../choice-of.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { formatJson } from '../output/json.ts';
import type { Terminal } from '../output/terminal.ts';
import { timesInWords } from '../output/unverified-token.ts';
import { readToken, TOKEN_WAYS } from '../token-input.ts';

interface DecodeOptions {
  readonly token?: string;
  readonly format?: 'pretty' | 'json';
}

export function decodeCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('decode', terminal)
    .description("Show a token's header and claims as it states them, without checking its signature.")
    .argument('[token]', 'a token, a file that holds one, or `-` for standard input')
    .single('--token <file>', 'read the token from a file, or from standard input (`-`)')
    .single(
      '--format <format>',
      '`json`, or `pretty` with times in words (default: pretty on a terminal)',
      choiceOf('--format', ['pretty', 'json']),
    )
    .addHelpText(
      'after',
      `
Also reads the JSON that \`gitpod idp token --decode\` prints. The token may come from the environment variable
COUNTERSIGN_TOKEN. Never decide on what this shows: anybody can write it.

Examples:
  gitpod idp token --audience example.org | countersign decode -
  countersign decode token.txt
  gitpod idp token --audience example.org --decode | countersign decode - --format pretty

Exit codes:
  0  it could be read
  1  it is malformed
  2  wrong usage, or a path that cannot be read`,
    );
  return command.action(async (argument: string | undefined, options: DecodeOptions) => {
    process.exitCode = await decode(argument, options, terminal);
  });
}

async function decode(argument: string | undefined, options: DecodeOptions, { out, err }: Terminal): Promise<ExitCode> {
  const positionals = argument === undefined ? [] : [argument];
  const { token, rest } = await readTokenOnly(positionals, options.token);
  if (rest.length > 0) throw notAToken(rest);
  const unverified = read(token);
  if ('code' in unverified) {
    err.write(`${err.paint('bad', `malformed: ${unverified.code}`)}: ${unverified.message}\n`);
    return exitCode.deny;
  }
  const { header, claims } = unverified;
  err.write(`${err.paint('warning', 'unverified')}: the signature was not checked\n`);
  out.write(`${formatJson({ unverified: true, header, claims })}\n`);
  if ((options.format ?? (out.interactive ? 'pretty' : 'json')) === 'pretty') {
    const times = timesInWords(claims, { paint: out.paint, now: Date.now() / 1000 });
    if (times.length > 0) out.write(`\n${times.join('\n')}\n`);
  }
  return exitCode.ok;
}

async function readTokenOnly(
  positionals: readonly string[],
  option: string | undefined,
): Promise<{ token: string; rest: readonly string[] }> {
  try {
    return await readToken({ option, positionals, isTokenFile: () => true });
  } catch (error) {
    // An argument that is neither token nor file leaves none, and is what to speak of.
    if (error instanceof CliError && positionals.length > 0 && error.message.startsWith('no token')) {
      throw notAToken(positionals);
    }
    throw error;
  }
}

function notAToken([argument = '']: readonly string[]): CliError {
  return new CliError(exitCode.usage, `\`${argument}\` is neither a token in compact form nor a file`, TOKEN_WAYS);
}

function read(text: string): UnverifiedParts | Reason {
  if (text.trimStart().startsWith('{')) return parseDecoded(text) ?? reason('token_malformed');
  const decoded = decodeUnverified(text);
  if ('reason' in decoded) return decoded.reason;
  return { header: decoded.unverifiedHeader, claims: decoded.unverifiedClaims };
}

function parseDecoded(text: string): UnverifiedParts | undefined {
  try {
    return parseDecodedToken(JSON.parse(text));
  } catch {
    return undefined;
  }
}

import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { kindOf, readInput, readStream } from './read-input.ts';

/** A token as it was given, and the arguments that are something else. */
export interface TokenInput {
  readonly token: string;
  readonly rest: readonly string[];
}

export interface TokenArguments {
  /** The value of `--token`. */
  readonly option: string | undefined;
  readonly positionals: readonly string[];
  /** Whether a positional that names a file of this name is a token; other files are for the command. */
  readonly isTokenFile: (path: string) => boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** How a token may be given, for people. */
export const TOKEN_WAYS =
  'pass `-` to read it from standard input, `--token FILE`, the token itself, or set COUNTERSIGN_TOKEN';

/** The most that is read in search of a token: far more than any is long, so that the verifier says what is wrong. */
const MOST_BYTES = 1024 * 1024;

interface Candidate {
  readonly from: string;
  read(): Promise<string>;
}

/**
 * Finds the one token that was given: by `--token`, as `-` (standard input), as an argument that is a token in compact
 * form or a file that holds one, or by COUNTERSIGN_TOKEN. From files and standard input one final line end is taken off.
 * No error repeats a token.
 *
 * @throws {CliError} where there is none, or more than one
 * @throws {FileRefused} of a file that cannot be read
 */
export async function readToken(given: TokenArguments): Promise<TokenInput> {
  const { option, positionals, isTokenFile, env = process.env } = given;
  const candidates: Candidate[] = option === undefined ? [] : [await fromOption(option)];
  const rest: string[] = [];
  for (const argument of positionals) {
    const candidate = await fromArgument(argument, isTokenFile);
    if (candidate === undefined) rest.push(argument);
    else candidates.push(candidate);
  }
  const inherited = env['COUNTERSIGN_TOKEN'];
  if (inherited !== undefined && inherited !== '') {
    candidates.push({ from: 'COUNTERSIGN_TOKEN', read: async () => inherited });
  }
  const [first, second] = candidates;
  if (first === undefined) {
    throw new CliError(
      exitCode.usage,
      `no token was given${inherited === '' ? '; COUNTERSIGN_TOKEN is empty' : ''}`,
      TOKEN_WAYS,
    );
  }
  if (second !== undefined) {
    throw new CliError(exitCode.usage, `a token was given twice: by ${first.from} and by ${second.from}`, 'give one');
  }
  return { token: await first.read(), rest };
}

/** Three parts of base64url; the last one is empty in a token that nobody signed. Not the name of a policy file. */
export function isCompactToken(text: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/.test(text) && !/\.(?:ya?ml|json)$/.test(text);
}

async function fromOption(value: string): Promise<Candidate> {
  if (value === '-') return { from: '`--token`', read: () => readStandardInput() };
  if (isCompactToken(value) && (await kindOf(value)) === 'nothing')
    return { from: '`--token`', read: async () => value };
  return { from: '`--token`', read: () => readFromFile(value) };
}

async function fromArgument(
  argument: string,
  isTokenFile: TokenArguments['isTokenFile'],
): Promise<Candidate | undefined> {
  if (argument === '-') return { from: '`-`', read: () => readStandardInput() };
  const kind = await kindOf(argument);
  if (kind === 'nothing' && isCompactToken(argument)) return { from: 'an argument', read: async () => argument };
  if ((kind === 'file' || kind === 'pipe') && isTokenFile(argument)) {
    return { from: `the file \`${argument}\``, read: () => readFromFile(argument) };
  }
  return undefined;
}

async function readFromFile(path: string): Promise<string> {
  return withoutLineEnd(await readInput(path, MOST_BYTES));
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('reading the token from standard input; end it with Ctrl-D\n');
  return withoutLineEnd(await readStream(process.stdin, 'standard input', MOST_BYTES));
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

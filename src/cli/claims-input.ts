import { parseDecodedToken } from '../idp/decoded-token.ts';
import { parseJsonObject } from '../token/json.ts';
import { scanMembers } from '../token/json-members.ts';
import { tokenLimits } from '../token/limits.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readInput, readStream } from './read-input.ts';

const MOST_BYTES = 1024 * 1024;
/** As tokens, and the form that holds claims and header one level down. */
const MOST_LEVELS = tokenLimits().depth + 1;

/**
 * The claims in a JSON file, or in standard input (`-`): an object of them, or what `gitpod idp token --decode` prints.
 * Nothing is verified.
 *
 * @throws {CliError} of anything else
 * @throws {FileRefused} of a file that cannot be read
 */
export async function readClaims(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = path === '-' ? await readStream(process.stdin, 'standard input', MOST_BYTES) : await readInput(path, MOST_BYTES); // prettier-ignore
  const parsed = parseJsonObject(new TextEncoder().encode(text));
  if (parsed === undefined) {
    throw refused(path, 'are not a JSON object', 'a token goes to `--token`; claims look like { "iss": …, "sub": … }');
  }
  const { duplicate, depth } = scanMembers(parsed.text);
  if (duplicate !== undefined) {
    throw refused(path, `name \`${duplicate}\` twice`, 'a verifier would refuse them: give each member once');
  }
  if (depth > MOST_LEVELS) {
    throw refused(path, `nest deeper than ${String(MOST_LEVELS)} levels`, 'a verifier would refuse them');
  }
  return parseDecodedToken(parsed.object)?.claims ?? parsed.object;
}

function refused(path: string, why: string, help: string): CliError {
  return new CliError(exitCode.usage, `the claims in \`${path}\` ${why}`, help);
}

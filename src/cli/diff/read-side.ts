import { loadedFrom, findSources, readSources, type ReadSources } from '../../engine/load-policies.ts';
import { isBundlePath, loadBundle } from '../../engine/load-records.ts';
import { CountersignError } from '../../decision/reason.ts';
import { FileRefused } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import { BundleFault } from '../../policy/bundle/bundle-fault.ts';
import { type Bundle, readBundle } from '../../policy/bundle/read-bundle.ts';
import { MOST_BYTES } from '../../policy/document/check-text.ts';
import { formatDiagnostics } from '../../policy/frame.ts';
import { parseSources } from '../../policy/parse.ts';
import type { Policy } from '../../policy/policy.ts';
import { quote, visible } from '../../policy/quote.ts';
import { policyFrom } from '../../policy/records.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { redactTokens } from '../redact-tokens.ts';
import { type GitFile, gitFiles } from './git-files.ts';
import { gitPlace, isGitPlace } from './git-revision.ts';
import { withKeyFiles } from './key-files.ts';

/**
 * The policy of one side: at a directory, a file, a bundle, or `git:REV:path`. What is wrong with it is shown on stderr.
 *
 * @throws {CliError} exit code 2, saying which side, where it cannot be read or does not load
 */
export async function readSide(side: 'old' | 'new', place: string, { err }: Terminal): Promise<Policy> {
  try {
    const { read, keyFile } = await readPlace(place);
    if ('records' in read) return await withKeyFiles(policyFrom(read.records), keyFile);
    const { policy, diagnostics, sources } = loadedFrom(read);
    if (policy !== undefined) return await withKeyFiles(policy, keyFile);
    err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  } catch (error) {
    if (error instanceof CliError)
      throw new CliError(error.exitCode, `the ${side} policy: ${error.message}`, error.help);
    if (!(error instanceof FileRefused || error instanceof CountersignError || error instanceof BundleFault))
      throw error;
    throw new CliError(exitCode.usage, `the ${side} policy: ${error.message}`);
  }
  throw new CliError(
    exitCode.usage,
    `the ${side} policy, ${quote(place)}, does not load`,
    'only what loads can be compared',
  );
}

/** What was read at a place, and how the key files that it names are read. */
interface Read {
  readonly read: Bundle | ReadSources;
  readonly keyFile: (path: string) => Promise<string>;
}

async function readPlace(place: string): Promise<Read> {
  if (isGitPlace(place)) {
    const at = await gitPlace(place);
    const files = await gitFiles(at);
    const keyFile = async (path: string): Promise<string> => {
      const [found] = await gitFiles({ commit: at.commit, path });
      return found?.bytes.toString('utf8') ?? '';
    };
    const [only] = files;
    if (only !== undefined && isBundlePath(at.path)) return { read: await readBundle(only.bytes), keyFile };
    return { read: { parsed: parseSources(someOf(place, files).map(textOf)), unreadable: [] }, keyFile };
  }
  const keyFile = (path: string): Promise<string> => readTextFile(path, { maxBytes: MOST_BYTES });
  if (isBundlePath(place)) return { read: await loadBundle(place), keyFile };
  return { read: await readSources(someOf(place, [...(await findSources([place])).values()])), keyFile };
}

function someOf<T>(place: string, files: readonly T[]): readonly T[] {
  if (files.length > 0) return files;
  throw new CliError(
    exitCode.usage,
    `there is no policy file (*.yaml, *.yml, *.json) in ${quote(place)}`,
    'a policy without rules is a file with `version: 1`',
  );
}

function textOf({ file, bytes }: GitFile): { file: string; text: string } {
  if (bytes.length > MOST_BYTES) {
    throw new CliError(exitCode.usage, `\`${visible(file)}\` is larger than ${String(MOST_BYTES)} bytes`);
  }
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    throw new CliError(exitCode.usage, `\`${visible(file)}\` is not valid UTF-8`);
  }
}

import { Readable } from 'node:stream';
import { FileRefused } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import type { PolicyFile } from '../../files/walk.ts';
import { writeFileAtomic } from '../../files/write.ts';
import { MOST_BYTES } from '../../policy/document/check-text.ts';
import { formatPolicy } from '../../policy/fmt/format-policy.ts';
import { formatDiagnostics } from '../../policy/frame.ts';
import type { PolicySource } from '../../policy/parse.ts';
import { visible } from '../../policy/quote.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import type { Terminal } from '../output/terminal.ts';
import { unifiedDiff } from '../output/unified-diff.ts';
import { givenFiles } from '../policy-files.ts';
import { readStream } from '../read-input.ts';
import { redactTokens } from '../redact-tokens.ts';

interface FmtOptions extends ConfigFlags {
  readonly check?: boolean;
  readonly diff?: boolean;
}

/** A policy text with its canonical form; `realPath` only where it came from a file. */
interface Formatted extends PolicySource {
  readonly realPath?: string;
  readonly formatted: string;
}

const STDIN = '-';

export function fmtCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('fmt', terminal)
    .description('Rewrite policy files in canonical form: order of keys, indentation, quotes. Comments are kept.')
    .argument('[paths...]', 'policy files and directories (default: policies), or - to format standard input to stdout')
    .option('--check', 'write nothing; name the files that would change')
    .option('--diff', 'write nothing; print what would change, as a unified diff');
  addConfigFlags(command).addHelpText(
    'after',
    `
A file changes whole or not at all, and none does while one of them cannot be read as YAML or JSON.

Examples:
  countersign fmt
  countersign fmt --check policies
  countersign fmt --diff | git apply
  countersign fmt - < policies/trust.yaml

Exit codes:
  0  all files are in canonical form, now or before
  1  with --check or --diff: some file is not
  2  wrong usage, a path that cannot be read or written, or a file that is no YAML of the policy language
  3  the paths hold no policy file`,
  );
  return command.action(async (paths: string[], options: FmtOptions) => {
    process.exitCode = await fmt(paths, options, terminal);
  });
}

async function fmt(positionals: readonly string[], options: FmtOptions, terminal: Terminal): Promise<ExitCode> {
  const { check = false, diff = false } = options;
  if (check && diff) throw new CliError(exitCode.usage, '`--check` and `--diff` exclude each other');
  const isDry = check || diff;
  const given = await pathsOrConfigured(positionals, options);
  const { out } = terminal;
  if (given.includes(STDIN)) {
    if (given.length > 1) {
      throw new CliError(exitCode.usage, '`-` cannot stand beside other paths', 'format standard input on its own');
    }
    const [only] = format([{ file: STDIN, text: await readStandardInput() }], terminal) ?? [];
    if (only === undefined) return exitCode.usage;
    if (!isDry) out.write(only.formatted);
    else if (isChanged(only)) out.write(diff ? diffOf(only) : `${STDIN}\n`);
    return isDry && isChanged(only) ? exitCode.findings : exitCode.ok;
  }
  const all = format(await readFiles(given), terminal);
  if (all === undefined) return exitCode.usage;
  const changed = all.filter(isChanged);
  for (const one of changed) {
    if (!isDry) await writeFileAtomic(one.realPath ?? one.file, one.formatted);
    out.write(diff ? diffOf(one) : `${visible(one.file)}\n`);
  }
  sumUp(changed.length, all.length, isDry, terminal);
  return isDry && changed.length > 0 ? exitCode.findings : exitCode.ok;
}

async function readFiles(given: readonly string[]): Promise<(PolicySource & { realPath: string })[]> {
  const found = await givenFiles(given);
  const read = async ({ file, realPath, root }: PolicyFile): Promise<PolicySource & { realPath: string }> => {
    try {
      return { file, realPath, text: await readTextFile(realPath, { maxBytes: MOST_BYTES, root }) };
    } catch (error) {
      throw error instanceof FileRefused ? new FileRefused(error.code, file, { cause: error }) : error;
    }
  };
  const files: (PolicySource & { realPath: string })[] = [];
  for (const file of found.values()) files.push(await read(file));
  return files;
}

/** Standard input, refused where it is not UTF-8: other bytes would come out than went in. */
async function readStandardInput(): Promise<string> {
  const name = 'standard input';
  async function* checked(): AsyncGenerator<Buffer> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const chunk of process.stdin) {
      decoder.decode(chunk as Buffer, { stream: true });
      yield chunk as Buffer;
    }
    decoder.decode();
  }
  try {
    return await readStream(Readable.from(checked()), name, MOST_BYTES);
  } catch (cause) {
    throw cause instanceof TypeError ? new FileRefused('not-utf8', name, { cause }) : cause;
  }
}

/** The canonical forms; `undefined`, with the reasons on stderr, where some text has none. */
function format(
  sources: readonly (PolicySource & { realPath?: string })[],
  { err }: Terminal,
): readonly Formatted[] | undefined {
  const results = sources.map((source) => ({ source, ...formatPolicy(source) }));
  const diagnostics = results.flatMap((result) => result.diagnostics);
  if (diagnostics.length === 0)
    return results.map(({ source, text = source.text }) => ({ ...source, formatted: text }));
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

function diffOf({ file, text, formatted }: Formatted): string {
  return redactTokens(unifiedDiff(file, text, formatted));
}

function isChanged({ text, formatted }: Formatted): boolean {
  return text !== formatted;
}

function sumUp(changed: number, all: number, isDry: boolean, { err }: Terminal): void {
  const files = (count: number): string => `${String(count)} file${count === 1 ? '' : 's'}`;
  const what = isDry ? 'would change' : 'changed';
  err.write(
    changed === 0
      ? `${files(all)} already in canonical form\n`
      : `${files(changed)} ${what}, ${String(all - changed)} already in canonical form\n`,
  );
}

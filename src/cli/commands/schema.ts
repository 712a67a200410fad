import { readdir, readFile } from 'node:fs/promises';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { packageFile } from '../package-file.ts';

const SUFFIX = '.schema.json';

export function schemaCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('schema', terminal)
    .description('Print a JSON Schema (draft 2020-12) of a file that Countersign reads, or of what it prints.')
    .argument(
      '[name]',
      'of what is read: `policy` (the default), `test`, `config`, `serve`, `bundle`, `lint-baseline`, `approved-gains`; of what is printed: `lint-output`, `test-output`, `prove-output`, `coverage`, `explanation`, `diff-output`, `reach-output`',
    )
    .addHelpText(
      'after',
      `
Examples:
  countersign schema policy > policy.schema.json
  countersign schema config

Exit codes:
  0  printed
  2  there is no schema of this name`,
    );
  return command.action(async (name = 'policy') => {
    terminal.out.write(await readSchema(name as string));
  });
}

/**
 * The text of a published schema.
 *
 * @throws {CliError} of an unknown name
 */
export async function readSchema(name: string): Promise<string> {
  const files = await readdir(packageFile('schemas'));
  const names = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
  if (!names.includes(name)) {
    throw new CliError(exitCode.usage, `there is no schema \`${name}\``, `schemas are ${names.sort().join(', ')}`);
  }
  return readFile(packageFile(`schemas/${name}${SUFFIX}`), 'utf8');
}

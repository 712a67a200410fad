import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileRefused, refusalOf } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import { findPolicyFiles } from '../../files/walk.ts';
import { writeFileAtomic } from '../../files/write.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { SCHEMA_FILE, STARTER_POLICY } from '../starter-policy.ts';
import { readSchema } from './schema.ts';

export function initCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('init', terminal)
    .description('Write a commented starter policy, and beside it the schema by which editors complete and explain it.')
    .argument('[directory]', 'where to write (default: policies); made where it is missing')
    .addHelpText(
      'after',
      `
Nothing is ever overwritten, and a directory that holds policies is left alone: all its files are one policy.

Examples:
  countersign init
  countersign init config/trust

Exit codes:
  0  written
  2  something is in the way, or the directory cannot be written`,
    );
  return command.action(async (directory = 'policies') => init(directory as string, terminal));
}

async function init(directory: string, { out, err }: Terminal): Promise<void> {
  const policy = join(directory, 'trust.yaml');
  const schema = join(directory, SCHEMA_FILE);
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw refusalOf(error, directory, 'not-writable');
  }
  const [present] = (await findPolicyFiles(directory)).map(({ file }) => file);
  if (present !== undefined) throw inTheWay(present);
  const content = await readSchema('policy');
  if ((await contentOf(schema)) !== content) await create(schema, content);
  await create(policy, STARTER_POLICY);
  out.write(`${policy}\n${schema}\n`);
  err.write(`
Next:
  1. edit ${policy}: your audience, your organisation's and project's ids
     (\`gitpod idp token --audience example.org --decode\` shows them)
  2. countersign verify ${directory} --action read --resource secret/shared/ca -
     decides about a token on standard input, with reasons
  3. createEngine({ policies: '${directory}' })
     does the same in your service
`);
}

async function create(path: string, content: string): Promise<void> {
  try {
    await writeFileAtomic(path, content, { overwrite: false });
  } catch (error) {
    throw error instanceof FileRefused && error.code === 'exists' ? inTheWay(path) : error;
  }
}

function inTheWay(path: string): CliError {
  return new CliError(
    exitCode.usage,
    `\`${path}\` exists already`,
    'choose another directory: countersign init DIRECTORY',
  );
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readTextFile(path, { maxBytes: 1024 * 1024 });
  } catch {
    return undefined;
  }
}

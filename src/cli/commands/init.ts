import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileRefused, refusalOf } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import { findPolicyFiles, findTestFiles } from '../../files/walk.ts';
import { writeFileAtomic } from '../../files/write.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { SCHEMA_FILE, STARTER_POLICY } from '../starter-policy.ts';
import { STARTER_TEST, TEST_SCHEMA_FILE } from '../starter-test.ts';
import { readSchema } from './schema.ts';

export function initCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('init', terminal)
    .description(
      'Write a commented starter policy and tests of it, and the schemas by which editors complete and explain them.',
    )
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
  const tests = join(directory, 'trust.test.yaml');
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw refusalOf(error, directory, 'not-writable');
  }
  const [present] = [...(await findPolicyFiles(directory)), ...(await findTestFiles(directory))].map(
    ({ file }) => file,
  );
  if (present !== undefined) throw inTheWay(present);
  const schemas = await writeSchemas(directory);
  await create(tests, STARTER_TEST);
  await create(policy, STARTER_POLICY);
  out.write([policy, tests, ...schemas].map((path) => `${path}\n`).join(''));
  err.write(`
Next:
  1. edit ${policy}: your audience, your organisation's and project's ids
     (\`gitpod idp token --audience example.org --decode\` shows them)
  2. countersign test ${directory}
     runs ${tests}: the same ids stand in it
  3. countersign verify ${directory} --action read --resource secret/shared/ca -
     decides about a token on standard input, with reasons
  4. createEngine({ policies: '${directory}' })
     does the same in your service
`);
}

/** Copies the schemas to where they are not yet; writes none where another file has the name of one. */
async function writeSchemas(directory: string): Promise<readonly string[]> {
  const wanted = { [SCHEMA_FILE]: await readSchema('policy'), [TEST_SCHEMA_FILE]: await readSchema('test') };
  const missing = new Map<string, string>();
  for (const [name, content] of Object.entries(wanted)) {
    const path = join(directory, name);
    const before = await contentOf(path);
    if (before === undefined) missing.set(path, content);
    else if (before !== content) throw inTheWay(path);
  }
  for (const [path, content] of missing) await create(path, content);
  return Object.keys(wanted).map((name) => join(directory, name));
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

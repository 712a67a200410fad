import { readFile } from 'node:fs/promises';
import { suggest } from '../../policy/suggest.ts';
import { lintRules } from '../../lint/registry.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { packageFile } from '../package-file.ts';

/** The page of a lint rule, in Markdown. */
export async function rulePage(id: string): Promise<string> {
  try {
    return await readFile(packageFile(`dist/lint/rules/${id}.md`), 'utf8');
  } catch {
    return readFile(packageFile(`src/lint/rules/${id}.md`), 'utf8');
  }
}

/**
 * The id of a lint rule, as it was given.
 *
 * @throws {CliError} where there is no such rule
 */
export function knownRule(id: string): string {
  const ids = lintRules.map((rule) => rule.id);
  if (ids.includes(id)) return id;
  throw new CliError(
    exitCode.usage,
    `there is no lint rule \`${id}\``,
    suggest(id, ids) ?? '`countersign lint --list-rules` shows them all',
  );
}

/** All lint rules, one a line: id, severity, what it finds. */
export function listRules(): string {
  const widest = Math.max(...lintRules.map(({ id }) => id.length));
  return lintRules
    .map(({ id, severity, summary, fixable }) => {
      const note = fixable === true ? ' (--fix mends it)' : '';
      return `${id.padEnd(widest)}  ${severity.padEnd('warning'.length)}  ${summary}${note}\n`;
    })
    .join('');
}

import type { RuleLevel } from '../../lint/lint-policy.ts';
import { choiceOf } from '../choice-of.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { knownRule } from './rule-page.ts';

/** Adds an `id=off|warning|error` to those that were given before it. */
export function addLevel(text: string, before: Readonly<Record<string, RuleLevel>> = {}): Record<string, RuleLevel> {
  const [, id, level] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (id === undefined || level === undefined) {
    throw new CliError(
      exitCode.usage,
      `\`--rule\` cannot be \`${text}\``,
      'write `ID=off`, `ID=warning` or `ID=error`',
    );
  }
  if (Object.hasOwn(before, knownRule(id))) {
    throw new CliError(exitCode.usage, `\`--rule ${id}\` may be given only once`);
  }
  return { ...before, [id]: choiceOf(`--rule ${id}`, ['off', 'warning', 'error'])(level) };
}

export function parseMostWarnings(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new CliError(exitCode.usage, `\`--max-warnings\` cannot be \`${text}\``, 'write a number, 0 or more');
}

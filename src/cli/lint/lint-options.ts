import type { RuleLevel } from '../../lint/lint-policy.ts';
import { choiceOf } from '../choice-of.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { lintFormatNames, type LintFormatName } from '../output/lint/formats.ts';
import { knownRule } from './rule-page.ts';

/** One format, and where it goes: a file, or standard output. */
export interface FormatTarget {
  readonly format: LintFormatName;
  readonly output?: string;
}

/** Takes `--format` and `--output` in the order they stand: an output belongs to the format before it. */
export class FormatTargets {
  readonly #targets: Partial<FormatTarget>[] = [];

  readonly addFormat = (text: string): void => {
    this.#targets.push({ format: choiceOf('--format', lintFormatNames)(text) });
  };

  readonly addOutput = (output: string): void => {
    if (output === '') throw new CliError(exitCode.usage, '`--output` cannot be empty');
    const last = this.#targets.pop() ?? {};
    if (last.output !== undefined) {
      throw new CliError(
        exitCode.usage,
        `\`--output ${output}\` follows no format`,
        'write `--format FORMAT --output FILE` for each file',
      );
    }
    if (this.#targets.some((target) => target.output === output)) {
      throw new CliError(exitCode.usage, `two formats go to \`${output}\``, 'name a file for each');
    }
    this.#targets.push({ ...last, output });
  };

  /** All of them, at most one of which goes to standard output; one without a format has `fallback`. */
  list(fallback: LintFormatName): readonly FormatTarget[] {
    const given = this.#targets.length === 0 ? [{}] : this.#targets;
    const targets = given.map((target) => ({ format: fallback, ...target }));
    if (targets.filter(({ output }) => output === undefined).length > 1) {
      throw new CliError(
        exitCode.usage,
        'two formats go to standard output',
        'write `--output FILE` behind all formats but one',
      );
    }
    return targets;
  }
}

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

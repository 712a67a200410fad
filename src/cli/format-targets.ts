import { choiceOf } from './choice-of.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** One format, and where it goes: a file, or standard output. */
export interface FormatTarget<Name extends string> {
  readonly format: Name;
  readonly output?: string;
}

/** Takes `--format` and `--output` in the order they stand: an output belongs to the format before it. */
export class FormatTargets<Name extends string> {
  readonly #names: readonly Name[];
  readonly #targets: Partial<FormatTarget<Name>>[] = [];

  constructor(names: readonly Name[]) {
    this.#names = names;
  }

  readonly addFormat = (text: string): void => {
    this.#targets.push({ format: choiceOf('--format', this.#names)(text) });
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
  list(fallback: Name): readonly FormatTarget<Name>[] {
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

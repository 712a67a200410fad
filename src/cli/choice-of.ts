import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** Parses an option's value that must be one of some words. */
export function choiceOf<Choice extends string>(option: string, choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new CliError(exitCode.usage, `\`${option}\` cannot be \`${text}\``, `choices are ${choices.join(', ')}`);
  };
}

import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './output/terminal.ts';

const REQUIRED = /^required option (`--[a-z-]+)[^`]*(`) not specified$/;

/** A command whose errors are one sentence with a remedy, and whose help shows the global options too. */
export class CliCommand extends Command {
  readonly #terminal: Terminal;

  constructor(name: string, terminal: Terminal) {
    super(name);
    this.#terminal = terminal;
    const bold = (text: string): string => terminal.out.paint('strong', text);
    this.exitOverride();
    this.helpOption('-h, --help', 'show this help');
    this.configureHelp({ showGlobalOptions: true, styleTitle: bold });
    this.configureOutput({
      getOutHasColors: () => terminal.out.color,
      getErrHasColors: () => terminal.err.color,
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
    });
  }

  override createCommand(name?: string): Command {
    return new CliCommand(name ?? '', this.#terminal);
  }

  /** An option that takes one value that is not empty, and may stand once: a second would silently win. */
  single(flags: string, description: string, parse: (text: string) => unknown = (text) => text): this {
    const option = new Option(flags, description);
    const refuse = (why: string): never => {
      throw new CliError(exitCode.usage, `\`${option.long ?? flags}\` ${why}`);
    };
    option.argParser((text: string, previous: unknown) => {
      if (previous !== undefined) return refuse('may be given only once');
      return text === '' ? refuse('cannot be empty') : parse(text);
    });
    return this.addOption(option);
  }

  /** Every error that commander finds in the arguments comes through here. */
  override error(message: string): never {
    const text = message
      .replace(/^error: /, '')
      .replace(/'([^']*)'/g, '`$1`')
      .replace(REQUIRED, '$1$2 is needed');
    const [sentence = '', suggestion] = text.split(/\n\(Did you mean (.*)\?\)$/);
    const hint = suggestion === undefined ? this.#choices(message) : `did you mean \`${suggestion}\`? `;
    throw new CliError(exitCode.usage, sentence.replace(/\.$/, ''), `${hint}see \`${this.#path()} --help\``);
  }

  #choices(message: string): string {
    const { commands, options } = this;
    if (message.includes('unknown command')) return `commands are ${commands.map((one) => one.name()).join(', ')}; `;
    if (!message.includes('unknown option')) return '';
    const names = options.filter(({ hidden }) => !hidden).map(({ long, flags }) => long ?? flags);
    return names.length === 0 ? 'it takes no options; ' : `options are ${names.join(', ')}; `;
  }

  #path(): string {
    const names: string[] = [];
    for (let at = this.parent; at !== null; at = at.parent) names.unshift(at.name());
    return [...names, this.name()].join(' ');
  }
}

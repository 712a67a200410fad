import { CliCommand } from '../cli-command.ts';
import type { Terminal } from '../output/terminal.ts';
import { idpServeCommand } from './idp-serve.ts';
import { idpTokenCommand } from './idp-token.ts';

export function idpCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('idp', terminal).description(
    'A development issuer whose tokens are like those of Gitpod: serve its keys, mint its tokens.',
  );
  command.addCommand(idpServeCommand(terminal).summary('serve discovery and keys on loopback'));
  command.addCommand(idpTokenCommand(terminal).summary('mint a token'));
  command.addHelpText(
    'after',
    `
Examples:
  countersign idp serve
  countersign idp token --audience https://secrets.example.com --org acme --user ada`,
  );
  return command;
}

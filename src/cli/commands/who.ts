import { who } from '../../analysis/index.ts';
import { isCanonicalPath } from '../../policy/glob/resource.ts';
import { quote } from '../../policy/quote.ts';
import { askedBy } from '../ask-options.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { addReachOptions, answerReach, REACH_EXIT_CODES, type ReachOptions } from '../reach-options.ts';

interface WhoOptions extends ReachOptions {
  readonly action?: string;
  readonly resource?: string;
}

export function whoCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('who', terminal)
    .description('Say who is allowed a request: all principals, with what their tokens must say, minus denies.')
    .single('--action <name>', 'what is asked, such as `read` (default: plain access)')
    .single(
      '--resource <path>',
      'on what, such as `secret/payments/db` (default: where none is named); needs --action',
    );
  const targets = addReachOptions(command);
  command.addHelpText(
    'after',
    `
The answer is of all tokens there could be, not of examples. Each example of a token was decided about with the policy:
\`countersign explain --claims\` takes it. Where no example could be shown, the answer says \`possibly\`.

Examples:
  countersign who --action read --resource secret/payments/db
  countersign who --action deploy --audience https://deploys.example.com policies/
  countersign who --action read --resource secret/payments/db --format markdown --output who.md

${REACH_EXIT_CODES}`,
  );
  return command.action(async (paths: string[], options: WhoOptions) => {
    const target = askedBy(options);
    const { action, resource } = target;
    checkResource(resource);
    const asked =
      action === undefined
        ? 'who has plain access'
        : `who can ${action}${resource === undefined ? ' where no resource is named' : ` ${resource}`}`;
    const given = { command: 'who', ...target };
    const ask: Parameters<typeof answerReach>[2]['ask'] = (policy, moment) => who(policy, { ...target, ...moment });
    process.exitCode = await answerReach(paths, options, { asked, given, ask }, targets, terminal);
  });
}

function checkResource(resource: string | undefined): void {
  if (resource === undefined || isCanonicalPath(resource)) return;
  throw new CliError(
    exitCode.usage,
    `${quote(resource)} is not a canonical path, so every request for it is denied`,
    'write segments joined by single `/`, none of them `.` or `..`, with none at the ends and no control character',
  );
}

import { CliCommand } from '../cli-command.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { FormatTargets } from '../format-targets.ts';
import { type GraphFormatName, graphFormatNames, graphFormats } from '../output/graph/formats.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeTargets } from '../output/write-targets.ts';
import { readPolicy } from '../policy-input.ts';

export function graphCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(graphFormatNames);
  const command = new CliCommand('graph', terminal)
    .description('Draw who may do what: issuers and their principals on the left, resources and actions on the right.')
    .argument('[paths...]', 'policy files and directories, or a bundle (default: policies/)')
    .option(
      '--format <format>',
      `${graphFormatNames.map((name) => `\`${name}\``).join(', ')}; may be given again (default: svg)`,
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput);
  addConfigFlags(command).addHelpText(
    'after',
    `
The picture shows what rules say, not what denies leave of it: \`countersign who\` and \`countersign can\` answer that.
Where there is too much for one picture, what is alike is put together, such as \`123 projects\` of one organisation.
One file with nothing from elsewhere and no script; the same policy gives the same bytes.

Examples:
  countersign graph --output access.svg
  countersign graph --format html --output access.html policies/
  countersign graph --format dot | dot -Tpdf -o access.pdf

Exit codes:
  0  drawn
  2  wrong usage, a path that cannot be read or written, or a policy that does not load
  3  the paths hold no policy`,
  );
  return command.action(async (paths: string[], flags: ConfigFlags) => {
    process.exitCode = await graph(paths, flags, targets, terminal);
  });
}

async function graph(
  paths: readonly string[],
  flags: ConfigFlags,
  targets: FormatTargets<GraphFormatName>,
  terminal: Terminal,
): Promise<ExitCode> {
  const chosen = targets.list('svg');
  const loaded = await readPolicy(await pathsOrConfigured(paths, flags), terminal);
  if (loaded === undefined) return exitCode.usage;
  await writeTargets(chosen, graphFormats, loaded.policy, terminal);
  return exitCode.ok;
}

import type { ReachAnswer } from '../analysis/index.ts';
import type { Policy } from '../policy/policy.ts';
import { quote } from '../policy/quote.ts';
import { timeOf } from './ask-options.ts';
import type { CliCommand } from './cli-command.ts';
import { CliError } from './cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from './config/load-config.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { FormatTargets } from './format-targets.ts';
import { parseTimeOption } from './option-values.ts';
import { type ReachFormatName, reachFormatNames, reachFormats } from './output/reach/formats.ts';
import type { Terminal } from './output/terminal.ts';
import { writeTargets } from './output/write-targets.ts';
import { readPolicy } from './policy-input.ts';

/** The options of commands that ask what a policy allows to whom. */
export interface ReachOptions extends ConfigFlags {
  readonly audience?: string;
  readonly at?: number;
}

export const REACH_EXIT_CODES = `Exit codes:
  0  answered, also where nobody is allowed
  2  wrong usage, a path that cannot be read, or a policy that does not load
  3  the paths hold no policy`;

/** Adds these options, and where the answer goes. */
export function addReachOptions(command: CliCommand): FormatTargets<ReachFormatName> {
  const targets = new FormatTargets(reachFormatNames);
  command
    .argument('[paths...]', 'policy files and directories, or a bundle (default: policies/)')
    .single('--audience <name>', 'the audience that is asked for (default: any that the policy accepts)')
    .single(
      '--at <time>',
      'as of a time: RFC 3339 with offset, or seconds since the epoch (default: now)',
      parseTimeOption('--at'),
    )
    .option(
      '--format <format>',
      `${reachFormatNames.map((name) => `\`${name}\``).join(', ')}; may be given again (default: pretty)`,
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput);
  addConfigFlags(command);
  return targets;
}

/** One question, and how it is put to a policy at a time. */
export interface ReachQuestion {
  readonly asked: string;
  readonly given: Readonly<Record<string, string>>;
  readonly ask: (policy: Policy, moment: { readonly at: number; readonly audience?: string }) => ReachAnswer;
}

/** Reads the policy, asks, and writes the answer. */
export async function answerReach(
  paths: readonly string[],
  options: ReachOptions,
  { asked, given, ask }: ReachQuestion,
  targets: FormatTargets<ReachFormatName>,
  terminal: Terminal,
): Promise<ExitCode> {
  const chosen = targets.list('pretty');
  const loaded = await readPolicy(await pathsOrConfigured(paths, options), terminal);
  if (loaded === undefined) return exitCode.usage;
  const { audience } = options;
  if (audience !== undefined) checkAudience(audience, loaded.policy);
  const moment = { at: timeOf(options), ...(audience === undefined ? {} : { audience }) };
  const answer = ask(loaded.policy, moment);
  await writeTargets(chosen, reachFormats, { asked, question: { ...given, ...moment }, answer }, terminal);
  return exitCode.ok;
}

function checkAudience(audience: string, { issuers }: Policy): void {
  const known = [...new Set(issuers.flatMap(({ audiences }) => audiences))].sort();
  if (known.includes(audience)) return;
  throw new CliError(
    exitCode.usage,
    `no issuer of the policy has the audience ${quote(audience)}`,
    `audiences are ${known.map(quote).join(', ')}`,
  );
}

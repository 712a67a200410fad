import { createEngine, type Engine } from '../engine/engine.ts';
import type { EngineOptions, Logger } from '../engine/options.ts';
import type { Policy } from '../policy/policy.ts';
import { visible } from '../policy/quote.ts';
import { choiceOf } from './choice-of.ts';
import { type CliCommand } from './cli-command.ts';
import { CliError } from './cli-error.ts';
import { addConfigFlags, type ConfigFlags } from './config/load-config.ts';
import { exitCode } from './exit-code.ts';
import { keysFrom } from './key-option.ts';
import { parseTimeOption } from './option-values.ts';
import type { Output } from './output/terminal.ts';

/** The options of commands that ask an engine about a token. */
export interface AskOptions extends ConfigFlags {
  readonly token?: string;
  readonly audience?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly jwks?: string;
  readonly bundleKeys?: string;
  readonly at?: number;
  readonly format?: 'pretty' | 'json';
}

/** What is asked of an engine: an action, or an action on a resource, or plain access. */
export interface Asked {
  readonly action?: string;
  readonly resource?: string;
}

/** What such commands exit with, for their help. */
export const ASK_EXIT_CODES = `Exit codes:
  0  allow
  1  deny
  2  wrong usage, a path that cannot be read, or a policy that does not load
  3  the paths hold no policy
  5  no decision possible: the issuer's keys cannot be had`;

/** Adds these options; `whole` is what `--format json` prints. */
export function addAskOptions(command: CliCommand, whole: string): CliCommand {
  command
    .usage('[options] [paths...] [token]')
    .argument('[paths...]', 'policy files and directories (default: policies/); a token, a file that holds one, or `-`')
    .single('--token <file>', 'read the token from a file, or from standard input (`-`)')
    .single('--audience <name>', 'the name of this service (default: the one audience of the policies)')
    .single('--action <name>', 'what is asked, such as `read` (default: plain access)')
    .single('--resource <path>', 'on what, such as `secret/payments/db`; needs --action')
    .single('--jwks <file|url>', 'keys of the issuers, instead of what the policies say or discovery finds')
    .single('--bundle-keys <file>', 'a JWK or JWK set: the policy must be a bundle that one of its keys signed')
    .single(
      '--at <time>',
      'decide as of a time: RFC 3339 with offset, or seconds since the epoch (default: now)',
      parseTimeOption('--at'),
    )
    .single(
      '--format <format>',
      `\`pretty\` or \`json\`, ${whole} (default: pretty)`,
      choiceOf('--format', ['pretty', 'json']),
    );
  return addConfigFlags(command);
}

/** Whether a path that was given is one of a token, and not of a policy. */
export const isTokenFile = (path: string): boolean => !/\.(?:ya?ml|json)$/.test(path);

/** @throws {CliError} of a resource without an action */
export function askedBy({ action, resource }: AskOptions): Asked {
  if (resource !== undefined && action === undefined) {
    throw new CliError(exitCode.usage, '`--resource` needs `--action`', 'say what is asked of the resource');
  }
  return { ...(action === undefined ? {} : { action }), ...(resource === undefined ? {} : { resource }) };
}

/** The time to decide at, in whole seconds. */
export function timeOf({ at }: AskOptions): number {
  return at ?? Math.floor(Date.now() / 1000);
}

/** An engine for one question: at one time, with the keys and the audience of the options. Warnings go to `err`. */
export async function engineFor(
  policy: Policy,
  { audience, jwks }: AskOptions,
  { now, err }: { readonly now: number; readonly err: Output | undefined },
): Promise<Engine> {
  return startEngine({
    policies: policy,
    clock: () => now,
    ...(err === undefined ? {} : { logger: warningsOn(err) }),
    ...(audience === undefined ? {} : { audience }),
    ...(jwks === undefined ? {} : { keys: await keysFrom(jwks, policy) }),
  });
}

/** An engine that was not told its audience, and cannot know it, is a matter of usage here. */
async function startEngine(options: EngineOptions): Promise<Engine> {
  try {
    return await createEngine(options);
  } catch (error) {
    if (!(error instanceof TypeError) || options.audience !== undefined) throw error;
    throw new CliError(
      exitCode.usage,
      error.message.replaceAll('`audience`', '`--audience`'),
      'name this service with `--audience`',
    );
  }
}

function warningsOn(err: Output): Logger {
  const say = (_: object, message: string): void =>
    err.write(`${err.paint('warning', 'warning:')} ${visible(message)}\n`);
  return { info: () => undefined, warn: say, error: say };
}

import { createEngine, type Engine } from '../../engine/engine.ts';
import type { EngineOptions, Logger } from '../../engine/options.ts';
import { visible } from '../../policy/quote.ts';
import { choiceOf } from '../choice-of.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { keysFrom } from '../key-option.ts';
import { parseTimeOption } from '../option-values.ts';
import { formatDecision } from '../output/decision.ts';
import { formatJson } from '../output/json.ts';
import type { Output, Terminal } from '../output/terminal.ts';
import { readPolicy } from '../policy-input.ts';
import { readToken } from '../token-input.ts';

interface VerifyOptions extends ConfigFlags {
  readonly token?: string;
  readonly audience?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly jwks?: string;
  readonly at?: number;
  readonly format?: 'pretty' | 'json';
}

export function verifyCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('verify', terminal)
    .description('Verify a token and decide by trust rules what it may do, with reasons.')
    .usage('[options] [paths...] [token]')
    .argument('[paths...]', 'policy files and directories (default: policies/); a token, a file that holds one, or `-`')
    .single('--token <file>', 'read the token from a file, or from standard input (`-`)')
    .single('--audience <name>', 'the name of this service (default: the one audience of the policies)')
    .single('--action <name>', 'what is asked, such as `read` (default: plain access)')
    .single('--resource <path>', 'on what, such as `secret/payments/db`; needs --action')
    .single('--jwks <file|url>', 'keys of the issuers, instead of what the policies say or discovery finds')
    .single(
      '--at <time>',
      'decide as of a time: RFC 3339 with offset, or seconds since the epoch (default: now)',
      parseTimeOption('--at'),
    )
    .single(
      '--format <format>',
      '`pretty` or `json`, the whole decision (default: pretty)',
      choiceOf('--format', ['pretty', 'json']),
    );
  addConfigFlags(command).addHelpText(
    'after',
    `
The token may also come from the environment variable COUNTERSIGN_TOKEN.

Examples:
  gitpod idp token --audience https://secrets.example.com | countersign verify -
  countersign verify policies/ --token token.txt --action read --resource secret/payments/db
  countersign verify --jwks jwks.json --at 2026-01-01T00:00:00Z --format json token.txt

Exit codes:
  0  allow
  1  deny
  2  wrong usage, a path that cannot be read, or a policy that does not load
  3  the paths hold no policy
  5  no decision possible: the issuer's keys cannot be had`,
  );
  return command.action(async (paths: string[], options: VerifyOptions) => {
    process.exitCode = await verify(paths, options, terminal);
  });
}

async function verify(positionals: readonly string[], options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const { at, action, resource, format, jwks } = options;
  if (resource !== undefined && action === undefined) {
    throw new CliError(exitCode.usage, '`--resource` needs `--action`', 'say what is asked of the resource');
  }
  const { token, rest } = await readToken({
    option: options.token,
    positionals,
    isTokenFile: (path) => !/\.(?:ya?ml|json)$/.test(path),
  });
  const loaded = await readPolicy(await pathsOrConfigured(rest, options), terminal);
  if (loaded === undefined) return exitCode.usage;
  const { policy } = loaded;
  const now = at ?? Math.floor(Date.now() / 1000);
  const engine = await startEngine({
    policies: policy,
    clock: () => now,
    logger: warningsOn(terminal.err),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    ...(jwks === undefined ? {} : { keys: await keysFrom(jwks, policy) }),
  });
  const request = { ...(action === undefined ? {} : { action }), ...(resource === undefined ? {} : { resource }) };
  const decision = await engine.authorize(token, request);
  const { out } = terminal;
  out.write(`${format === 'json' ? formatJson(decision) : formatDecision(decision, { paint: out.paint, now })}\n`);
  return decision.effect === 'allow' ? exitCode.ok : exitCode.deny;
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
